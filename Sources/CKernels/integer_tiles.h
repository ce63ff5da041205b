// The product of some rows with some tiles, for one set of instructions. Included by a file for each, which defines
// `tile_weights` (64 bytes), `tile_sums` and `tile_floats` (sixteen numbers) and what is done with them, and what its registers
// hold: MOST_ROWS (3 or 8) rows with one tile, or MANY_ROWS (3 or 6) with MANY_TILES (1 or 2); and ASKS_AHEAD, which shapes ask
// for weights that will come from memory. Where many rows share weights these come from the cache, and asking cost a seventh.

// How far ahead they are asked for, in bytes: a tile of 1,024 inputs in four bits. Half of that, and twice as much, left a
// twentieth of the memory's rate.
enum { AHEAD = 8192 };

// A block of six bits a weight: its halves have scales of their own.
static inline __attribute__((always_inline)) void multiply_sixes_block(const struct kernel_bytes *x, size_t block,
                                                                       size_t rows, size_t tiles,
                                                                       const struct kernel_integers *weights,
                                                                       const uint8_t *data, tile_floats units[MANY_TILES],
                                                                       tile_floats sums[MOST_ROWS][MANY_TILES]) {
    const size_t blocks = weights->blocks, depth = blocks * KERNEL_BLOCK, size = block_bytes(KERNEL_SIXES);
    if (block % KERNEL_SUPERBLOCK == 0)
        for (size_t t = 0; t < tiles; t++)
            units[t] = floats_of_halves(weights->units + (t * blocks + block) / KERNEL_SUPERBLOCK * KERNEL_TILE);
#pragma clang loop unroll(full)
    for (size_t half = 0; half < 2; half++) {
        tile_sums products[MOST_ROWS][MANY_TILES];
        for (size_t r = 0; r < rows; r++) {
            const int32_t start = -middle_of(KERNEL_SIXES) * x->sums[2 * (r * blocks + block) + half];
            for (size_t t = 0; t < tiles; t++) products[r][t] = start_sums(start);
        }
        tile_weights bits[MANY_TILES];
        for (size_t t = 0; t < tiles; t++) {
            const uint8_t *from = data + t * blocks * size + high_bits_place(4 * half);
            if (ASKS_AHEAD(rows, tiles)) __builtin_prefetch(from + AHEAD);
            bits[t] = load_weights(from);
        }
#pragma clang loop unroll(full)
        for (size_t group = 0; group < 4; group++) {
            tile_weights all[MANY_TILES];
            for (size_t t = 0; t < tiles; t++) {
                const uint8_t *from = data + t * blocks * size + group * 64;
                if (ASKS_AHEAD(rows, tiles) && half == 0) __builtin_prefetch(from + AHEAD);
                const tile_weights pairs = load_weights(from);
                all[t] = with_high_bits(half == 0 ? low_nibbles(pairs) : high_nibbles(pairs), bits[t], group);
            }
            for (size_t r = 0; r < rows; r++) {
                const int32_t four = four_bytes(x->bytes + r * depth + block * KERNEL_BLOCK + half * 16 + group * 4);
                for (size_t t = 0; t < tiles; t++) products[r][t] = add_sixes(products[r][t], all[t], four);
            }
        }
        for (size_t t = 0; t < tiles; t++) {
            const uint8_t *scales = weights->scales + ((t * blocks + block) * 2 + half) * KERNEL_TILE;
            const tile_floats scale =
                multiply(units[t], multiply_add(floats_of_bytes(scales), same_floats(1), same_floats(-128)));
            for (size_t r = 0; r < rows; r++) {
                const int32_t start = -middle_of(KERNEL_SIXES) * x->sums[2 * (r * blocks + block) + half];
                const tile_floats product = multiply(floats_of_sixes(products[r][t], start), scale);
                sums[r][t] = multiply_add(product, same_floats(x->scales[r * blocks + block]), sums[r][t]);
            }
        }
    }
}

static inline __attribute__((always_inline)) void multiply_tiles(enum kernel_integer_kind kind, const struct kernel_bytes *x,
                                                              size_t rows, size_t tiles,
                                                              const struct kernel_integers *weights,
                                                              tile_floats sums[MOST_ROWS][MANY_TILES]) {
    const size_t blocks = weights->blocks, depth = blocks * KERNEL_BLOCK;
    const size_t size = block_bytes(kind);
    const int32_t middle = middle_of(kind);
    tile_floats units[MANY_TILES], least_units[MANY_TILES];
    for (size_t r = 0; r < rows; r++)
        for (size_t t = 0; t < tiles; t++) sums[r][t] = zero_floats();
    for (size_t block = 0; block < blocks; block++) {
        tile_sums products[MOST_ROWS][MANY_TILES];
        const uint8_t *data = weights->data + block * size;
        const int8_t *bytes = x->bytes + block * KERNEL_BLOCK;
        if (kind == KERNEL_SIXES) {
            multiply_sixes_block(x, block, rows, tiles, weights, data, units, sums);
            continue;
        }
        for (size_t r = 0; r < rows; r++) {
            const int32_t start = -middle * block_sum(x, r * blocks + block);
            for (size_t t = 0; t < tiles; t++) products[r][t] = start_sums(start);
        }
        if (kind == KERNEL_EIGHTS) {
#pragma clang loop unroll(full)
            for (size_t group = 0; group < 8; group++) {
                tile_weights all[MANY_TILES];
                for (size_t t = 0; t < tiles; t++) {
                    const uint8_t *from = data + t * blocks * size + group * 64;
                    if (ASKS_AHEAD(rows, tiles)) __builtin_prefetch(from + AHEAD);
                    all[t] = load_weights(from);
                }
                for (size_t r = 0; r < rows; r++) {
                    const int32_t four = four_bytes(bytes + r * depth + group * 4);
                    for (size_t t = 0; t < tiles; t++) products[r][t] = add_eights(products[r][t], all[t], four);
                }
            }
        } else {
#pragma clang loop unroll(full)
            for (size_t group = 0; group < 4; group++) {
                tile_weights low[MANY_TILES], high[MANY_TILES];
                for (size_t t = 0; t < tiles; t++) {
                    const uint8_t *from = data + t * blocks * size + group * 64;
                    if (ASKS_AHEAD(rows, tiles)) __builtin_prefetch(from + AHEAD);
                    const tile_weights pairs = load_weights(from);
                    low[t] = low_nibbles(pairs);
                    high[t] = high_nibbles(pairs);
                }
                for (size_t r = 0; r < rows; r++) {
                    const int32_t first = four_bytes(bytes + r * depth + group * 4);
                    const int32_t second = four_bytes(bytes + r * depth + group * 4 + 16);
                    for (size_t t = 0; t < tiles; t++)
                        products[r][t] = add_fours(add_fours(products[r][t], low[t], first), high[t], second);
                }
            }
        }
        for (size_t t = 0; t < tiles; t++) {
            const uint8_t *scales = weights->scales + (t * blocks + block) * 2 * KERNEL_TILE;
            tile_floats scale, least;
            if (kind == KERNEL_FOURS_AND_LEASTS) {
                if (block % KERNEL_SUPERBLOCK == 0) {
                    const uint16_t *unit = weights->units + (t * blocks + block) / KERNEL_SUPERBLOCK * unit_halves(kind);
                    units[t] = floats_of_halves(unit);
                    least_units[t] = floats_of_halves(unit + KERNEL_TILE);
                }
                scale = multiply(units[t], floats_of_bytes(scales));
                least = multiply(least_units[t], floats_of_bytes(scales + KERNEL_TILE));
            } else {
                scale = floats_of_halves((const uint16_t *)scales);
            }
            for (size_t r = 0; r < rows; r++) {
                const float own = x->scales[r * blocks + block];
                const int32_t start = -middle * block_sum(x, r * blocks + block);
                const tile_floats product = kind == KERNEL_EIGHTS ? floats_of_eights(products[r][t], start)
                                                                  : floats_of_fours(products[r][t], start);
                sums[r][t] = multiply_add(multiply(product, scale), same_floats(own), sums[r][t]);
                if (kind == KERNEL_FOURS_AND_LEASTS)
                    sums[r][t] = multiply_add(least, same_floats(-own * (float)block_sum(x, r * blocks + block)), sums[r][t]);
            }
        }
    }
}

// Sums are finished and laid down.
static inline __attribute__((always_inline)) void finish_tiles(size_t rows, size_t tiles,
                                                               tile_floats sums[MOST_ROWS][MANY_TILES], size_t columns,
                                                               const float *bias, int adds, float *to, size_t to_stride) {
    for (size_t r = 0; r < rows; r++)
        for (size_t t = 0; t < tiles; t++) {
            float numbers[KERNEL_TILE];
            store_floats(sums[r][t], numbers);
            const size_t first = t * KERNEL_TILE, left = columns - first;
            const size_t count = left < KERNEL_TILE ? left : KERNEL_TILE;
            float *place = to + r * to_stride + first;
            if (bias)
                for (size_t i = 0; i < count; i++) numbers[i] += bias[first + i];
            if (adds)
                for (size_t i = 0; i < count; i++) place[i] += numbers[i];
            else
                for (size_t i = 0; i < count; i++) place[i] = numbers[i];
        }
}

#define SHAPE(R, T)                                                                                                            \
    do {                                                                                                                       \
        tile_floats sums[MOST_ROWS][MANY_TILES];                                                                               \
        multiply_tiles(kind, x, R, T, weights, sums);                                                                             \
        finish_tiles(R, T, sums, columns, bias, adds, to, to_stride);                                                          \
    } while (0)

// Rows and tiles are constants in every call, so that sums stay in registers.
#define SHAPES_UP_TO_3(T)                                                                                                      \
    case 1: SHAPE(1, T); return;                                                                                               \
    case 2: SHAPE(2, T); return;                                                                                               \
    case 3: SHAPE(3, T); return;
#define SHAPES_UP_TO_6(T)                                                                                                      \
    SHAPES_UP_TO_3(T)                                                                                                          \
    case 4: SHAPE(4, T); return;                                                                                               \
    case 5: SHAPE(5, T); return;                                                                                               \
    case 6: SHAPE(6, T); return;
#define SHAPES_UP_TO_8(T)                                                                                                      \
    SHAPES_UP_TO_6(T)                                                                                                          \
    case 7: SHAPE(7, T); return;                                                                                               \
    case 8: SHAPE(8, T); return;
static inline __attribute__((always_inline)) void multiply_some(enum kernel_integer_kind kind, const struct kernel_bytes *x,
                                                                size_t rows, size_t tiles,
                                                                const struct kernel_integers *weights, size_t columns,
                                                                const float *bias, int adds, float *to, size_t to_stride) {
#ifdef HAS_MANY_REGISTERS
    if (tiles == MANY_TILES) {
        switch (rows) { SHAPES_UP_TO_6(MANY_TILES) }
    } else {
        switch (rows) { SHAPES_UP_TO_8(1) }
    }
#else
    (void)tiles;
    switch (rows) { SHAPES_UP_TO_3(1) }
#endif
}

static __attribute__((noinline)) void multiply_eights(const struct kernel_bytes *x, size_t rows, size_t tiles,
                                                   const struct kernel_integers *weights, size_t columns, const float *bias,
                                                   int adds, float *to, size_t to_stride) {
    multiply_some(KERNEL_EIGHTS, x, rows, tiles, weights, columns, bias, adds, to, to_stride);
}

static __attribute__((noinline)) void multiply_fours(const struct kernel_bytes *x, size_t rows, size_t tiles,
                                                  const struct kernel_integers *weights, size_t columns, const float *bias,
                                                  int adds, float *to, size_t to_stride) {
    multiply_some(KERNEL_FOURS, x, rows, tiles, weights, columns, bias, adds, to, to_stride);
}

static __attribute__((noinline)) void multiply_fours_and_leasts(const struct kernel_bytes *x, size_t rows, size_t tiles,
                                                             const struct kernel_integers *weights, size_t columns,
                                                             const float *bias, int adds, float *to, size_t to_stride) {
    multiply_some(KERNEL_FOURS_AND_LEASTS, x, rows, tiles, weights, columns, bias, adds, to, to_stride);
}

static __attribute__((noinline)) void multiply_sixes(const struct kernel_bytes *x, size_t rows, size_t tiles,
                                                     const struct kernel_integers *weights, size_t columns, const float *bias,
                                                     int adds, float *to, size_t to_stride) {
    multiply_some(KERNEL_SIXES, x, rows, tiles, weights, columns, bias, adds, to, to_stride);
}

// Nothing but sums of products, in as many registers as hide their latency.
static __attribute__((noinline)) float spin_eights(size_t rounds) {
    enum { CHAINS = MANY_ROWS * MANY_TILES > 3 ? 12 : 6 };
    static const uint8_t bytes[64] = {1, 2, 3, 4, 5, 6, 7, 8};
    const tile_weights weights = load_weights(bytes);
    tile_sums sums[CHAINS];
    for (size_t i = 0; i < CHAINS; i++) sums[i] = start_sums((int32_t)i);
    // A round is twelve sums in every set.
    for (size_t round = 0; round < rounds * 12 / CHAINS; round++)
#pragma clang loop unroll(full)
        for (size_t i = 0; i < CHAINS; i++) sums[i] = add_eights(sums[i], weights, (int32_t)round);
    float numbers[KERNEL_TILE], sum = 0;
    for (size_t i = 0; i < CHAINS; i++) {
        store_floats(floats_of_eights(sums[i], 0), numbers);
        sum += numbers[0];
    }
    return sum;
}

#define INSTRUCTION_SET                                                                                                        \
    {{multiply_eights, multiply_fours, multiply_fours_and_leasts, multiply_sixes},                                             \
     MOST_ROWS, MANY_ROWS, MANY_TILES, spin_eights}

