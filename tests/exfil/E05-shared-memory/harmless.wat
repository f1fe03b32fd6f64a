;; The same with a memory of its own.
(component
  (core module $counter
    (memory 1 1)
    (func (export "run") (result i32)
      i32.const 0
      i32.load))
  (core instance $counts (instantiate $counter))
  (func (export "run") (result u32) (canon lift (core func $counts "run"))))
