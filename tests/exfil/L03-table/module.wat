;; Grows a table far over what a page needs, and fails if it may not.
(module
  (table $hoard 1 funcref)
  (memory (export "memory") 1)
  (global $free (mut i32) (i32.const 1024))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    global.get $free
    global.get $free
    local.get 3
    i32.add
    i32.const 7
    i32.add
    i32.const -8
    i32.and
    global.set $free)
  (func (export "domicile:app/page@1.0.0#handle") (param i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
    ref.null func
    i32.const 200000
    table.grow $hoard
    i32.const -1
    i32.eq
    if
      unreachable
    end
    i32.const 0))
