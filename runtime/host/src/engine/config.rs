//! How wasmtime is set up: the same for the server and for the child that compiles.

use domicile_proto::inspect::FEATURES;
use wasmtime::{Config, InstanceAllocationStrategy, PoolingAllocationConfig, WasmFeatures};

use super::{EngineError, limits};

/// Memories of one component: its own, and those of adapters around it.
const MEMORIES_MAX: u32 = 4;
/// Tables of one component.
const TABLES_MAX: u32 = 16;

/// The engine, from the pool if this machine has the address space; `false` if it has not.
pub fn engine() -> Result<(wasmtime::Engine, bool), EngineError> {
    let mut pooled = base();
    pooled.allocation_strategy(InstanceAllocationStrategy::Pooling(pool()));
    if let Ok(engine) = wasmtime::Engine::new(&pooled) {
        return Ok((engine, true));
    }
    tracing::warn!("no address space for the instance pool: instances are allocated on demand");
    let engine = wasmtime::Engine::new(&base()).map_err(start_error)?;
    Ok((engine, false))
}

/// The engine of the compiling child: it allocates no instance, so it needs no pool.
pub fn compiler() -> Result<wasmtime::Engine, EngineError> {
    wasmtime::Engine::new(&base()).map_err(start_error)
}

fn start_error(error: wasmtime::Error) -> EngineError {
    EngineError::Start(format!("{error:#}"))
}

fn base() -> Config {
    let mut config = Config::new();
    config.epoch_interruption(true);
    // Our contract is synchronous: the async built-ins would only add surface.
    config.concurrency_support(false);
    // What the inspection does not accept, the engine does not know either: no threads and no
    // shared memory, each of which is a clock. Wasmtime's own adapters need several memories.
    let known = FEATURES.union(WasmFeatures::MULTI_MEMORY);
    config.wasm_features(WasmFeatures::all().difference(known), false);
    config.relaxed_simd_deterministic(true);
    config.max_wasm_stack(512 << 10);
    config.async_stack_size(2 << 20);
    // The next run on this stack must not find what the last one left.
    config.async_stack_zeroing(true);
    config.memory_guaranteed_dense_image_size(32 << 20);
    config.wasm_backtrace_max_frames(None);
    config
}

fn pool() -> PoolingAllocationConfig {
    let runs = limits::RUNS_MAX as u32;
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(runs);
    // As many as all runs together could want: a pool that runs dry ends runs of others, which is
    // seen by them.
    pool.total_core_instances(runs * limits::CORE_INSTANCES_MAX as u32);
    pool.total_memories(runs * MEMORIES_MAX);
    pool.total_tables(runs * TABLES_MAX);
    pool.total_stacks(runs);
    pool.max_core_instances_per_component(limits::CORE_INSTANCES_MAX as u32);
    pool.max_memories_per_component(MEMORIES_MAX);
    pool.max_tables_per_component(TABLES_MAX);
    pool.max_memory_size(limits::MEMORY_BYTES_MAX);
    pool.table_elements(limits::TABLE_ELEMENTS_MAX);
    pool.max_component_instance_size(4 << 20);
    pool.max_core_instance_size(4 << 20);
    // `pagemap_scan` stays off: it may leave a swapped-out dirty page to the slot's next user.
    pool.linear_memory_keep_resident(1 << 20);
    pool.table_keep_resident(64 << 10);
    pool
}

#[cfg(test)]
mod tests {
    use wasmtime::component::{Component, Linker};
    use wasmtime::{Engine, Store};

    use super::*;

    /// As much as a component may have of everything: a module has one memory and one table.
    fn greedy() -> String {
        const ROOM: &str = "(memory 1) (table 1 funcref)";
        let more = |module: &str, count: usize| {
            format!("(core instance (instantiate ${module}))").repeat(count)
        };
        let (memories, tables) = (MEMORIES_MAX as usize, TABLES_MAX as usize);
        format!(
            "(component (core module $grows {ROOM} (func (export \"grow\") (param i32) \
             (result i32) (memory.grow (local.get 0)))) (core module $room {ROOM}) \
             (core module $table (table 1 funcref)) (core module $none) \
             (core instance $it (instantiate $grows)) {}{}{} (func (export \"grow\") \
             (param \"pages\" u32) (result s32) (canon lift (core func $it \"grow\"))))",
            more("room", memories - 1),
            more("table", tables - memories),
            more("none", limits::CORE_INSTANCES_MAX - tables),
        )
    }

    /// What growing answers to a run beside so many greedy ones, if there is room for it at all.
    fn grown_beside(pool: PoolingAllocationConfig, others: usize) -> Option<[i32; 3]> {
        let mut config = base();
        config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
        let engine = Engine::new(&config).unwrap();
        let component = Component::new(&engine, wat::parse_str(greedy()).unwrap()).unwrap();
        let run = || {
            let mut store = Store::new(&engine, ());
            store.set_epoch_deadline(1);
            let instance = Linker::new(&engine).instantiate(&mut store, &component).ok()?;
            Some((store, instance))
        };
        let held: Option<Vec<_>> = (0..others).map(|_| run()).collect();
        held.as_ref()?;
        let (mut store, instance) = run()?;
        let grow = instance.get_typed_func::<(u32,), (i32,)>(&mut store, "grow").unwrap();
        Some([1_000, 1_047, 1].map(|pages| grow.call(&mut store, (pages,)).unwrap().0))
    }

    /// E03: who takes all that there is takes nothing from the last one.
    #[test]
    fn each_run_finds_its_room_whatever_others_took() {
        let alone = grown_beside(pool(), 0);
        assert_eq!(alone, Some([1, 1_001, -1]), "up to its limit and no further");
        assert_eq!(grown_beside(pool(), limits::RUNS_MAX - 1), alone);
        let mut small = pool();
        small.total_memories(limits::RUNS_MAX as u32 * 2);
        assert_eq!(grown_beside(small, limits::RUNS_MAX - 1), None, "a pool that runs dry is seen");
    }
}
