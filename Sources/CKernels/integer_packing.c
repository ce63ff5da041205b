// Weights packed for products of integers: the layouts are integers.h's.
#include "integer_set.h"

static uint16_t half_of_float(float value) {
    // Scales are finite and not negative.
    uint32_t bits = bits_of_float(value);
    if (value < 0x1p-14f) return (uint16_t)(value * 0x1p24f + 0.5f);
    bits += 0xFFF + (bits >> 13 & 1);
    bits = (bits >> 13) - (112u << 10);
    return (uint16_t)(bits > 0x7BFF ? 0x7BFF : bits);
}

void kernel_pack_eights(const float *rows, size_t stride, size_t count, size_t depth, uint8_t *data, uint16_t *scales) {
    const size_t blocks = (depth + KERNEL_BLOCK - 1) / KERNEL_BLOCK;
    for (size_t block = 0; block < blocks; block++, data += block_bytes(KERNEL_EIGHTS), scales += KERNEL_TILE)
        for (size_t output = 0; output < KERNEL_TILE; output++) {
            float numbers[KERNEL_BLOCK] = {0};
            const size_t first = block * KERNEL_BLOCK;
            const size_t some = depth - first < KERNEL_BLOCK ? depth - first : KERNEL_BLOCK;
            if (output < count) memcpy(numbers, rows + output * stride + first, some * sizeof *rows);
            float largest = 0;
            for (size_t i = 0; i < KERNEL_BLOCK; i++) {
                const float magnitude = numbers[i] < 0 ? -numbers[i] : numbers[i];
                largest = magnitude > largest ? magnitude : largest;
            }
            scales[output] = half_of_float(largest / 127.0f);
            const float scale = float_of_half(scales[output]), factor = scale > 0 ? 1.0f / scale : 0;
            for (size_t i = 0; i < KERNEL_BLOCK; i++) {
                float number = numbers[i] * factor;
                number = number > 127.0f ? 127.0f : number < -127.0f ? -127.0f : number;
                const int32_t byte = (int32_t)(bits_of_float(number + 12582912.0f) - 0x4B400000u);
                data[i / 4 * 4 * KERNEL_TILE + output * 4 + i % 4] = (uint8_t)(byte + 128);
            }
        }
}

void kernel_pack_q8_0(const uint8_t *rows, size_t stride, size_t count, size_t blocks, uint8_t *data, uint16_t *scales) {
    for (size_t block = 0; block < blocks; block++, data += block_bytes(KERNEL_EIGHTS), scales += KERNEL_TILE)
        for (size_t output = 0; output < KERNEL_TILE; output++) {
            const uint8_t *from = rows + output * stride + block * 34;
            scales[output] = 0;
            if (output < count) memcpy(scales + output, from, 2);
            for (size_t i = 0; i < KERNEL_BLOCK; i++)
                data[i / 4 * 4 * KERNEL_TILE + output * 4 + i % 4] = output < count ? from[2 + i] ^ 128 : 128;
        }
}

// The nibbles of a block, as numbers of 0 to 15 in their order, go where group g's lie below those of group g + 4.
static void pack_nibbles(const uint8_t *nibbles, size_t output, uint8_t *data) {
    for (size_t i = 0; i < KERNEL_BLOCK / 2; i++)
        data[i / 4 * 4 * KERNEL_TILE + output * 4 + i % 4] = (uint8_t)(nibbles[i] | nibbles[i + KERNEL_BLOCK / 2] << 4);
}

void kernel_pack_q4_0(const uint8_t *rows, size_t stride, size_t count, size_t blocks, uint8_t *data, uint16_t *scales) {
    for (size_t block = 0; block < blocks; block++, data += block_bytes(KERNEL_FOURS), scales += KERNEL_TILE)
        for (size_t output = 0; output < KERNEL_TILE; output++) {
            const uint8_t *from = rows + output * stride + block * 18;
            uint8_t nibbles[KERNEL_BLOCK];
            scales[output] = 0;
            if (output < count) memcpy(scales + output, from, 2);
            for (size_t i = 0; i < KERNEL_BLOCK / 2; i++) {
                nibbles[i] = output < count ? from[2 + i] & 15 : 8;
                nibbles[i + KERNEL_BLOCK / 2] = output < count ? from[2 + i] >> 4 : 8;
            }
            pack_nibbles(nibbles, output, data);
        }
}

void kernel_pack_q4_k(const uint8_t *rows, size_t stride, size_t count, size_t blocks, uint8_t *data, uint8_t *scales,
                      uint16_t *units) {
    for (size_t block = 0; block < blocks; block++, data += block_bytes(KERNEL_FOURS_AND_LEASTS), scales += 2 * KERNEL_TILE) {
        const size_t group = block % KERNEL_SUPERBLOCK;
        for (size_t output = 0; output < KERNEL_TILE; output++) {
            uint8_t nibbles[KERNEL_BLOCK] = {0};
            scales[output] = scales[KERNEL_TILE + output] = 0;
            if (group == 0) units[output] = units[KERNEL_TILE + output] = 0;
            if (output < count) {
                const uint8_t *from = rows + output * stride + block / KERNEL_SUPERBLOCK * 144, *pairs = from + 4;
                if (group == 0) {
                    memcpy(units + output, from, 2);
                    memcpy(units + KERNEL_TILE + output, from + 2, 2);
                }
                if (group < 4) {
                    scales[output] = pairs[group] & 63;
                    scales[KERNEL_TILE + output] = pairs[group + 4] & 63;
                } else {
                    scales[output] = (uint8_t)((pairs[group + 4] & 15) | pairs[group - 4] >> 6 << 4);
                    scales[KERNEL_TILE + output] = (uint8_t)(pairs[group + 4] >> 4 | pairs[group] >> 6 << 4);
                }
                for (size_t i = 0; i < KERNEL_BLOCK; i++)
                    nibbles[i] = from[16 + group / 2 * 32 + i] >> (group % 2 == 0 ? 0 : 4) & 15;
            }
            pack_nibbles(nibbles, output, data);
        }
        if (group == KERNEL_SUPERBLOCK - 1) units += 2 * KERNEL_TILE;
    }
}

void kernel_pack_q6_k(const uint8_t *rows, size_t stride, size_t count, size_t blocks, uint8_t *data, uint8_t *scales,
                      uint16_t *units) {
    for (size_t block = 0; block < blocks; block++, data += block_bytes(KERNEL_SIXES), scales += 2 * KERNEL_TILE) {
        const size_t part = block % KERNEL_SUPERBLOCK;
        memset(data + KERNEL_BLOCK * KERNEL_TILE / 2, 0, KERNEL_BLOCK * KERNEL_TILE / 4);
        for (size_t output = 0; output < KERNEL_TILE; output++) {
            uint8_t nibbles[KERNEL_BLOCK] = {0};
            scales[output] = scales[KERNEL_TILE + output] = 128;
            if (part == 0) units[output] = 0;
            if (output < count) {
                // 128 bytes of nibbles, 64 of two bits each, 16 scales, the unit: four blocks share 32 bytes of bits, two 32 of
                // nibbles.
                const uint8_t *from = rows + output * stride + block / KERNEL_SUPERBLOCK * 210;
                const uint8_t *low = from + part / 4 * 64 + part % 2 * 32, *high = from + 128 + part / 4 * 32;
                if (part == 0) memcpy(units + output, from + 208, 2);
                for (size_t half = 0; half < 2; half++)
                    scales[half * KERNEL_TILE + output] = from[192 + 2 * part + half] ^ 128;
                for (size_t i = 0; i < KERNEL_BLOCK; i++) {
                    nibbles[i] = low[i] >> (part % 4 < 2 ? 0 : 4) & 15;
                    const uint32_t bits = high[i] >> 2 * (part % 4) & 3, group = i / 4;
                    data[high_bits_place(group) + output * 4 + i % 4] |= (uint8_t)(bits << 2 * (group % 4));
                }
            }
            pack_nibbles(nibbles, output, data);
        }
        if (part == KERNEL_SUPERBLOCK - 1) units += KERNEL_TILE;
    }
}
