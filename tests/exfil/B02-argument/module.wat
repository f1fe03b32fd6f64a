;; Queues a job with what it knows as its argument, and answers with an empty page.
(module
  (import "acme:jobs/queue" "start" (func $start (param i32)))
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
    i32.const 42
    call $start
    i32.const 0))
