//! How wasmtime is set up: the same for the server and for the child that compiles.

use domicile_proto::inspect::FEATURES;
use wasmtime::{Config, InstanceAllocationStrategy, PoolingAllocationConfig, WasmFeatures};

use super::{EngineError, limits};

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
    pool.total_core_instances(runs * 8);
    pool.total_memories(runs * 2);
    pool.total_tables(runs * 4);
    pool.total_stacks(runs);
    pool.max_core_instances_per_component(limits::CORE_INSTANCES_MAX as u32);
    pool.max_memories_per_component(4);
    pool.max_tables_per_component(16);
    pool.max_memory_size(limits::MEMORY_BYTES_MAX);
    pool.table_elements(limits::TABLE_ELEMENTS_MAX);
    pool.max_component_instance_size(4 << 20);
    pool.max_core_instance_size(4 << 20);
    // `pagemap_scan` stays off: it may leave a swapped-out dirty page to the slot's next user.
    pool.linear_memory_keep_resident(1 << 20);
    pool.table_keep_resident(64 << 10);
    pool
}
