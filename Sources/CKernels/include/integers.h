// Products of integers: weights of four, six or eight bits times activations of eight, block by block. Definitions and layouts:
// Tensors/Kernels/Integers. Sums within a block are exact, and blocks are added up in their order, so a row's result depends
// neither on the rows beside it nor on how the work is shared.
#pragma once

#include <stddef.h>
#include <stdint.h>

enum {
    // Numbers that share a scale.
    KERNEL_BLOCK = 32,
    // Outputs that are packed together.
    KERNEL_TILE = 16,
    // Blocks that share a unit, where weights have units.
    KERNEL_SUPERBLOCK = 8,
};

// How weights are packed. A tile's data are blocks of [group of four inputs][output][input of the group].
enum kernel_integer_kind {
    // A byte a weight: weight = scale * (byte - 128). Scales: [block][output], halves.
    KERNEL_EIGHTS,
    // A nibble a weight, that of group g + 4 above that of group g: weight = scale * (nibble - 8). Scales as above.
    KERNEL_FOURS,
    // Nibbles as above: weight = unit * scale * nibble - least_unit * least. Scales: [block]{scale, least}[output], bytes; units:
    // [superblock]{unit, least_unit}[output], halves.
    KERNEL_FOURS_AND_LEASTS,
    // Nibbles as above, then for each half of the block two more bits a weight, [output][input of the group]: those of the half's
    // first group lowest. weight = unit * (scale - 128) * (number - 32). Scales: [block][half][output], bytes; units:
    // [superblock][output], halves.
    KERNEL_SIXES,
    KERNEL_INTEGER_KINDS,
};

// A packed matrix, from a tile on.
struct kernel_integers {
    enum kernel_integer_kind kind;
    const uint8_t *data;
    const uint8_t *scales;
    const uint16_t *units;
    size_t blocks;
};

// Rows of quantised activations: number = scale * byte. A row has blocks * KERNEL_BLOCK bytes, and for each block a scale and the
// sums of its halves' bytes.
struct kernel_bytes {
    const int8_t *bytes;
    const float *scales;
    const int16_t *sums;
};

// The instructions that a product is made of.
enum kernel_instructions {
    KERNEL_PORTABLE,
    KERNEL_NEON,
    KERNEL_AVX2,
    KERNEL_AVX_VNNI,
    KERNEL_AVX512_VNNI,
    KERNEL_INSTRUCTION_SETS,
};

// Whether this processor has them.
int kernel_has_instructions(enum kernel_instructions instructions);

// The largest byte of an activation that products of this kind are made for: without instructions that sum up products of bytes
// exactly, pairs of them have to fit into sixteen bits.
int kernel_byte_limit(enum kernel_instructions instructions, enum kernel_integer_kind kind);

// Quantises a row of `count` numbers, zeros after its end.
void kernel_quantise_row(const float *x, size_t count, int limit, int8_t *bytes, float *scales, int16_t *sums);

// A number of a row that is computed with in float32.
struct kernel_outlier {
    uint32_t input;
    float number;
};

// How many times the root mean square of the others of its row an outlier is at least. Twelve times leaves the products of two
// normal numbers alone, which is what gates make of random weights.
#define KERNEL_OUTLIER 12.0f

// Takes outliers out of a row that was quantised, in their order, and quantises the rest of their blocks again. `outliers` has room
// for `count`. Returns how many there are.
size_t kernel_take_outliers(const float *x, size_t count, int limit, int8_t *bytes, float *scales, int16_t *sums,
                            struct kernel_outlier *outliers);

// The weights of one input in float32, for `columns` outputs from the packed matrix's first tile on.
void kernel_unpack_input(const struct kernel_integers *weights, size_t columns, size_t input, float *to);

// to[r, c] = (adds ? to[r, c] : 0) + bias[c] + sum, for `columns` outputs from the packed matrix's first tile on.
void kernel_integer_product(enum kernel_instructions instructions, const struct kernel_bytes *x, size_t rows,
                            const struct kernel_integers *weights, size_t columns, const float *bias, int adds, float *to,
                            size_t to_stride);

// The machine's limits, for benchmarks. Sums up products of bytes in registers, KERNEL_SPIN_OPERATIONS a round; multiplies and adds
// in registers, KERNEL_FLOAT_SPIN_OPERATIONS a round; reads memory. What is returned is of no account.
enum { KERNEL_SPIN_OPERATIONS = 12 * 64 * 2, KERNEL_FLOAT_SPIN_OPERATIONS = 12 * 16 * 2 };
float kernel_spin_integers(enum kernel_instructions instructions, size_t rounds);
float kernel_spin_floats(size_t rounds);
uint64_t kernel_read_memory(const void *from, size_t count);

// Packs one tile: `rows` holds up to KERNEL_TILE rows of the stored format, `stride` bytes apart, or of float32.
void kernel_pack_eights(const float *rows, size_t stride, size_t count, size_t depth, uint8_t *data, uint16_t *scales);
void kernel_pack_q8_0(const uint8_t *rows, size_t stride, size_t count, size_t blocks, uint8_t *data, uint16_t *scales);
void kernel_pack_q4_0(const uint8_t *rows, size_t stride, size_t count, size_t blocks, uint8_t *data, uint16_t *scales);
void kernel_pack_q4_k(const uint8_t *rows, size_t stride, size_t count, size_t blocks, uint8_t *data, uint8_t *scales,
                      uint16_t *units);
void kernel_pack_q6_k(const uint8_t *rows, size_t stride, size_t count, size_t blocks, uint8_t *data, uint8_t *scales,
                      uint16_t *units);
