import CKernels
import Synchronization

/// A matrix of weights packed for products of integers, made when it is first used.
///
/// Sendable by `isPacked`: the memory is written before it is set, and only read afterwards.
final class PackedIntegers: @unchecked Sendable {
    let layout: IntegerLayout
    /// Outputs.
    let rows: Int
    /// Inputs.
    let columns: Int
    /// Blocks in a row, the last filled up with weights of 0.
    let blocks: Int
    /// The weights that outliers are multiplied with where packing rounds numbers that stood alone.
    let outlierWeights: OutlierWeights?
    private let source: WeightMatrix
    private let isPacked = Atomic<Bool>(false)
    private let packing = Mutex(())
    private var memory: ComputeMemory.Block?

    init(_ source: WeightMatrix) {
        self.source = source
        outlierWeights = source.type.blockCount == 1 ? OutlierWeights(source) : nil
        layout = IntegerLayout(for: source.type)
        rows = source.rows
        columns = source.columns
        blocks = (columns + IntegerLayout.block - 1) / IntegerLayout.block
    }

    deinit { memory.map { ComputeMemory.weights.giveUp($0) } }

    private var tiles: Int { (rows + IntegerLayout.tile - 1) / IntegerLayout.tile }

    /// All of it, scales included.
    var byteCount: Int {
        let size = layout.tileBytes(blocks: blocks)
        return tiles * (size.data + size.scales + size.units)
    }

    /// Packs the weights, unless that is done, and gives back what of their file was read into memory: about so many bytes at a
    /// time, since all of an embedding would be half a gigabyte.
    func prepare(on pool: ComputePool, sourceBytesAtATime: Int = 32 << 20) {
        guard !isPacked.load(ordering: .acquiring) else { return }
        packing.withLock { _ in
            guard !isPacked.load(ordering: .acquiring) else { return }
            memory = ComputeMemory.weights.take(byteCount)
            let step = max(sourceBytesAtATime * tiles / max(source.byteCount, 1), 1)
            for start in stride(from: 0, to: tiles, by: step) {
                pool.run(min(step, tiles - start)) { tile, worker in
                    pack(start + tile, scratch: pool.scratch(worker, count: IntegerLayout.tile * columns))
                }
                source.releaseMemory()
            }
            isPacked.store(true, ordering: .releasing)
        }
    }

    /// The packed weights from a tile on.
    ///
    /// - Traps before `prepare`.
    func weights(from tile: Int) -> kernel_integers {
        let place = place(of: tile)
        return kernel_integers(
            kind: layout.code, data: place.data, scales: place.scales, units: place.units, blocks: blocks)
    }

    /// All data come first, then all scales, then all units.
    private func place(of tile: Int) -> (
        data: UnsafeMutablePointer<UInt8>, scales: UnsafeMutablePointer<UInt8>, units: UnsafeMutablePointer<UInt16>?
    ) {
        guard let base = memory?.base else { preconditionFailure("weights are used before they are packed") }
        let size = layout.tileBytes(blocks: blocks)
        let scales = base + tiles * size.data
        let units = scales + tiles * size.scales + tile * size.units
        return (
            (base + tile * size.data).assumingMemoryBound(to: UInt8.self),
            (scales + tile * size.scales).assumingMemoryBound(to: UInt8.self),
            size.units > 0 ? units.assumingMemoryBound(to: UInt16.self) : nil
        )
    }

    private func pack(_ tile: Int, scratch: UnsafeMutablePointer<Float>) {
        let range = (tile * IntegerLayout.tile)..<min((tile + 1) * IntegerLayout.tile, rows)
        let place = place(of: tile)
        let stored = source.row(range.lowerBound).assumingMemoryBound(to: UInt8.self)
        let stride = source.byteCount / rows
        let halves = UnsafeMutableRawPointer(place.scales).assumingMemoryBound(to: UInt16.self)
        switch source.type {
        case .q8_0: kernel_pack_q8_0(stored, stride, range.count, blocks, place.data, halves)
        case .q4_0: kernel_pack_q4_0(stored, stride, range.count, blocks, place.data, halves)
        case .q4_k: kernel_pack_q4_k(stored, stride, range.count, blocks, place.data, place.scales, place.units)
        case .q6_k: kernel_pack_q6_k(stored, stride, range.count, blocks, place.data, place.scales, place.units)
        case .f32, .f16, .bf16, .q5_k:
            source.widen(range, to: scratch)
            kernel_pack_eights(scratch, columns, range.count, columns, place.data, halves)
        }
    }

    /// The weights of an output as they were packed. The layout's definition, slow on purpose: for tests.
    ///
    /// - Traps before `prepare`.
    func unpacked(row: Int) -> [Float] {
        let (tile, output) = (row / IntegerLayout.tile, row % IntegerLayout.tile)
        let place = place(of: tile)
        func half(_ bits: UInt16) -> Float { Float(Float16(bitPattern: bits)) }
        return (0..<columns).map { column in
            let (block, input) = (column / IntegerLayout.block, column % IntegerLayout.block)
            let group = input / 4
            let data = place.data + block * layout.tileBytes(blocks: 1).data
            let scales = place.scales + block * 2 * IntegerLayout.tile + output
            let unitHalves = layout.tileBytes(blocks: IntegerLayout.superblock).units / 2
            let units = place.units.map { $0 + block / IntegerLayout.superblock * unitHalves + output }
            let byte = { (row: Int) in data[(row * IntegerLayout.tile + output) * 4 + input % 4] }
            let nibble = { Int(byte(group % 4) >> (group < 4 ? 0 : 4) & 15) }
            let scale = {
                half(
                    UnsafeRawPointer(place.scales).load(
                        fromByteOffset: (block * IntegerLayout.tile + output) * 2, as: UInt16.self))
            }
            switch layout {
            case .eights: return scale() * Float(Int(byte(group)) - 128)
            case .fours: return scale() * Float(nibble() - 8)
            case .foursAndLeasts:
                guard let units else { return .nan }
                let product = (half(units[0]) * Float(scales[0])) * Float(nibble())
                return product - half(units[IntegerLayout.tile]) * Float(scales[IntegerLayout.tile])
            case .sixes:
                guard let units else { return .nan }
                let number = nibble() | Int(byte(4 + group / 4) >> (2 * (group % 4)) & 3) << 4
                let scale = Int(scales[group / 4 * IntegerLayout.tile]) - 128
                return (half(units[0]) * Float(scale)) * Float(number - 32)
            }
        }
    }
}
