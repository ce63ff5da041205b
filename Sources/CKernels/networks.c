// The inner loops of convolutional networks, over channels-last rows: the numbers of a pixel lie side by side.
#include "include/kernels.h"
#include "lanes.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

typedef float vec8 __attribute__((vector_size(32), aligned(4)));

enum { PANEL = KERNEL_PANEL };

// erf within 1e-7, as a quotient of polynomials on [-4, 4]; beyond, float32's erf is 1. Coefficients: Eigen's.
static inline __attribute__((always_inline)) float erf_lane(float x) {
    x = x > 4.0f ? 4.0f : x;
    x = x < -4.0f ? -4.0f : x;
    float s = x * x;
    float p = -2.72614225801306e-10f;
    p = p * s + 2.77068142495902e-08f;
    p = p * s - 2.10102402082508e-06f;
    p = p * s - 5.69250639462346e-05f;
    p = p * s - 7.34990630326855e-04f;
    p = p * s - 2.95459980854025e-03f;
    p = p * s - 1.60960333262415e-02f;
    float q = -1.45660718464996e-05f;
    q = q * s - 2.13374055278905e-04f;
    q = q * s - 1.68282697438203e-03f;
    q = q * s - 7.37332916720468e-03f;
    q = q * s - 1.42647390514189e-02f;
    return x * p / q;
}

static inline __attribute__((always_inline)) float clamp_lane(float x, float low, float high) {
    x = x < low ? low : x;
    return x > high ? high : x;
}

// One function for every place that applies it; `kind` is a constant where that matters, so the switch stands outside the
// loop.
static inline __attribute__((always_inline)) void pointwise(int kind, float a, float b, float *x, size_t count) {
    switch (kind) {
    case KERNEL_RELU:
        for (size_t i = 0; i < count; i++) x[i] = x[i] < 0.0f ? 0.0f : x[i];
        break;
    case KERNEL_CLIP:
        for (size_t i = 0; i < count; i++) x[i] = clamp_lane(x[i], a, b);
        break;
    case KERNEL_SIGMOID:
        for (size_t i = 0; i < count; i++) x[i] = sigmoid_lane(x[i]);
        break;
    case KERNEL_HARD_SIGMOID:
        for (size_t i = 0; i < count; i++) x[i] = clamp_lane(a * x[i] + b, 0.0f, 1.0f);
        break;
    case KERNEL_HARD_SWISH:
        for (size_t i = 0; i < count; i++) x[i] = x[i] * clamp_lane(x[i] + 3.0f, 0.0f, 6.0f) * (1.0f / 6.0f);
        break;
    case KERNEL_SILU:
        for (size_t i = 0; i < count; i++) x[i] = x[i] * sigmoid_lane(x[i]);
        break;
    case KERNEL_GELU:
        for (size_t i = 0; i < count; i++) x[i] = 0.5f * x[i] * (1.0f + erf_lane(x[i] * 0.707106781f));
        break;
    default: break;
    }
}

KERNEL void kernel_pointwise(int kind, float a, float b, float *x, size_t count) { pointwise(kind, a, b, x, count); }

// The sums of a tile, finished and laid down.
static inline __attribute__((always_inline)) void finish_tile(const struct kernel_finish *finish, float *sums, size_t rows,
                                                              size_t width, const float *residual, float *to,
                                                              size_t to_stride) {
    pointwise(finish->kind, finish->a, finish->b, sums, rows * PANEL);
    for (size_t r = 0; r < rows; r++, sums += PANEL, to += to_stride) {
        if (residual) {
            for (size_t i = 0; i < width; i++) to[i] = sums[i] + residual[i];
            residual += to_stride;
        } else if (width == PANEL) {
            memcpy(to, sums, PANEL * sizeof *to);
        } else {
            for (size_t i = 0; i < width; i++) to[i] = sums[i];
        }
    }
}

// One call's operands, and how far it is.
struct product {
    const float *x;
    size_t stride, depth;
    const float *panel;
    const struct kernel_finish *finish;
    const float *residual;
    float *to;
    size_t to_stride;
};

// A tile of `rows` rows and a panel, from the bias on. `rows` is a constant in each call, so that the sums stay in registers:
// six rows of two vectors fill the sixteen of AVX2.
static inline __attribute__((always_inline)) void tile(const struct product *at, size_t rows, const float *bias, float *sums) {
    vec8 low[6], high[6];
    for (size_t r = 0; r < rows; r++) {
        low[r] = bias ? *(const vec8 *)bias : (vec8){0};
        high[r] = bias ? *(const vec8 *)(bias + 8) : (vec8){0};
    }
    const float *panel = at->panel;
    for (size_t k = 0; k < at->depth; k++, panel += PANEL) {
        const vec8 first = *(const vec8 *)panel, second = *(const vec8 *)(panel + 8);
        for (size_t r = 0; r < rows; r++) {
            const float value = at->x[r * at->stride + k];
            low[r] += value * first;
            high[r] += value * second;
        }
    }
    for (size_t r = 0; r < rows; r++) {
        *(vec8 *)(sums + r * PANEL) = low[r];
        *(vec8 *)(sums + r * PANEL + 8) = high[r];
    }
}

// A tile of a panel's width, finished.
#define ROWS(N) case N: tile(&at, N, bias, sums); break
KERNEL static void product_rows_6(struct product at, size_t rows, size_t columns) {
    float sums[6 * PANEL];
    const float *bias = at.finish->bias;
    for (; columns > 0; at.panel += at.depth * PANEL, at.to += PANEL) {
        const size_t width = columns < PANEL ? columns : PANEL;
        switch (rows) {
            ROWS(1);
            ROWS(2);
            ROWS(3);
            ROWS(4);
            ROWS(5);
            ROWS(6);
        }
        finish_tile(at.finish, sums, rows, width, at.residual, at.to, at.to_stride);
        if (bias) bias += PANEL;
        if (at.residual) at.residual += PANEL;
        columns -= width;
    }
}
#undef ROWS

#if defined(__x86_64__)
#define AVX512 __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx2,fma")))

// The same with a register a panel, and two panels at a time: each number of x is used twice. Twice as fast as AVX2 where a
// processor does a whole vector at once.
static inline __attribute__((always_inline)) AVX512 void wide_tile(const struct product *at, int rows, int panels,
                                                                   const float *bias, float *sums) {
    __m512 all[8][2];
    for (int p = 0; p < panels; p++)
        for (int r = 0; r < rows; r++) all[r][p] = bias ? _mm512_loadu_ps(bias + p * PANEL) : _mm512_setzero_ps();
    const float *panel = at->panel;
    const size_t next = at->depth * PANEL;
    for (size_t k = 0; k < at->depth; k++, panel += PANEL) {
        __m512 weights[2];
        for (int p = 0; p < panels; p++) weights[p] = _mm512_loadu_ps(panel + p * next);
        for (int r = 0; r < rows; r++) {
            const __m512 value = _mm512_set1_ps(at->x[(size_t)r * at->stride + k]);
            for (int p = 0; p < panels; p++) all[r][p] = _mm512_fmadd_ps(value, weights[p], all[r][p]);
        }
    }
    for (int p = 0; p < panels; p++)
        for (int r = 0; r < rows; r++) _mm512_storeu_ps(sums + (p * rows + r) * PANEL, all[r][p]);
}

#define ROWS(N) case N: if (panels == 2) wide_tile(&at, N, 2, bias, sums); else wide_tile(&at, N, 1, bias, sums); break
AVX512 static void product_rows_8(struct product at, size_t rows, size_t columns) {
    float sums[2 * 8 * PANEL];
    const float *bias = at.finish->bias;
    while (columns > 0) {
        const int panels = columns > PANEL ? 2 : 1;
        switch (rows) {
            ROWS(1);
            ROWS(2);
            ROWS(3);
            ROWS(4);
            ROWS(5);
            ROWS(6);
            ROWS(7);
            ROWS(8);
        }
        for (int p = 0; p < panels; p++) {
            const size_t width = columns < PANEL ? columns : PANEL;
            finish_tile(at.finish, sums + p * rows * PANEL, rows, width, at.residual, at.to, at.to_stride);
            at.to += PANEL;
            if (bias) bias += PANEL;
            if (at.residual) at.residual += PANEL;
            columns -= width;
        }
        at.panel += panels * at.depth * PANEL;
    }
}
#undef ROWS

static int has_avx512(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512bw");
}
#endif

void kernel_panel_product(const float *x, size_t stride, size_t rows, size_t depth, const float *panels, size_t columns,
                          const struct kernel_finish *finish, const float *residual, float *to, size_t to_stride) {
    void (*product)(struct product, size_t, size_t) = product_rows_6;
    size_t height = 6;
#if defined(__x86_64__)
    if (has_avx512()) {
        product = product_rows_8;
        height = 8;
    }
#endif
    // Columns in blocks whose weights stay in the first-level cache's neighbour while all rows pass.
    const size_t block = depth * 128 > 65536 ? 32 : 128;
    for (size_t column = 0; column < columns; column += block) {
        const size_t width = columns - column < block ? columns - column : block;
        struct kernel_finish part = *finish;
        if (part.bias) part.bias += column;
        for (size_t row = 0; row < rows; row += height) {
            const size_t count = rows - row < height ? rows - row : height, place = row * to_stride + column;
            const struct product at = {x + row * stride, stride, depth, panels + column * depth, &part,
                                       residual ? residual + place : NULL, to + place, to_stride};
            product(at, count, width);
        }
    }
}

// Outputs `count` pixels, each the sum over taps of input times weight, channel by channel. Pixel p's tap t lies at
// x + p * step + taps[t]; `weights` holds a row of channels for each tap.
static inline __attribute__((always_inline)) void depthwise(size_t count, const float *x, size_t step, const ptrdiff_t *taps,
                                                            size_t tap_count, const float *weights, size_t channels,
                                                            const struct kernel_finish *finish, float *to) {
    size_t c = 0;
    for (; c + 8 <= channels; c += 8) {
        vec8 sums[4];
        const vec8 bias = finish->bias ? *(const vec8 *)(finish->bias + c) : (vec8){0};
        for (size_t p = 0; p < count; p++) sums[p] = bias;
        for (size_t t = 0; t < tap_count; t++) {
            const vec8 weight = *(const vec8 *)(weights + t * channels + c);
            const float *from = x + taps[t] + c;
            for (size_t p = 0; p < count; p++) sums[p] += weight * *(const vec8 *)(from + p * step);
        }
        for (size_t p = 0; p < count; p++) *(vec8 *)(to + p * channels + c) = sums[p];
    }
    for (; c < channels; c++)
        for (size_t p = 0; p < count; p++) {
            float sum = finish->bias ? finish->bias[c] : 0.0f;
            for (size_t t = 0; t < tap_count; t++) sum += weights[t * channels + c] * x[taps[t] + (ptrdiff_t)(p * step + c)];
            to[p * channels + c] = sum;
        }
}

KERNEL void kernel_depthwise(const float *x, size_t step, size_t count, const ptrdiff_t *taps, size_t tap_count,
                             const float *weights, size_t channels, const struct kernel_finish *finish, float *to) {
    size_t done = 0;
    for (; done + 4 <= count; done += 4)
        depthwise(4, x + done * step, step, taps, tap_count, weights, channels, finish, to + done * channels);
    for (; done < count; done++)
        depthwise(1, x + done * step, step, taps, tap_count, weights, channels, finish, to + done * channels);
    pointwise(finish->kind, finish->a, finish->b, to, count * channels);
}

KERNEL void kernel_combine(int kind, const float *a, const float *b, float *to, size_t count) {
    switch (kind) {
    case KERNEL_ADD:
        for (size_t i = 0; i < count; i++) to[i] = a[i] + b[i];
        break;
    case KERNEL_SUBTRACT:
        for (size_t i = 0; i < count; i++) to[i] = a[i] - b[i];
        break;
    case KERNEL_MULTIPLY:
        for (size_t i = 0; i < count; i++) to[i] = a[i] * b[i];
        break;
    default:
        for (size_t i = 0; i < count; i++) to[i] = a[i] / b[i];
        break;
    }
}

KERNEL void kernel_maximum(float *to, const float *from, size_t count) {
    for (size_t i = 0; i < count; i++) to[i] = from[i] > to[i] ? from[i] : to[i];
}

#define SHUFFLE8(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)

// Eight rows of eight numbers turned into eight columns.
static inline __attribute__((always_inline)) void transpose8(const vec8 *rows, vec8 *columns) {
    vec8 pairs[8], fours[8];
    for (int i = 0; i < 4; i++) {
        pairs[2 * i] = SHUFFLE8(rows[2 * i], rows[2 * i + 1], 0, 8, 1, 9, 4, 12, 5, 13);
        pairs[2 * i + 1] = SHUFFLE8(rows[2 * i], rows[2 * i + 1], 2, 10, 3, 11, 6, 14, 7, 15);
    }
    for (int i = 0; i < 2; i++)
        for (int j = 0; j < 2; j++) {
            fours[4 * i + 2 * j] = SHUFFLE8(pairs[4 * i + j], pairs[4 * i + 2 + j], 0, 1, 8, 9, 4, 5, 12, 13);
            fours[4 * i + 2 * j + 1] = SHUFFLE8(pairs[4 * i + j], pairs[4 * i + 2 + j], 2, 3, 10, 11, 6, 7, 14, 15);
        }
    for (int i = 0; i < 4; i++) {
        columns[i] = SHUFFLE8(fours[i], fours[4 + i], 0, 1, 2, 3, 8, 9, 10, 11);
        columns[4 + i] = SHUFFLE8(fours[i], fours[4 + i], 4, 5, 6, 7, 12, 13, 14, 15);
    }
}

KERNEL void kernel_pack_rows(const float *rows, size_t stride, size_t count, size_t depth, float *panels) {
    for (size_t first = 0; first < count; first += PANEL, rows += PANEL * stride, panels += PANEL * depth) {
        const size_t some = count - first < PANEL ? count - first : PANEL;
        size_t k = 0;
        for (; some == PANEL && k + 8 <= depth; k += 8)
            for (size_t half = 0; half < PANEL; half += 8) {
                vec8 from[8], to[8];
                for (size_t r = 0; r < 8; r++) from[r] = *(const vec8 *)(rows + (half + r) * stride + k);
                transpose8(from, to);
                for (size_t c = 0; c < 8; c++) *(vec8 *)(panels + (k + c) * PANEL + half) = to[c];
            }
        for (; k < depth; k++)
            for (size_t r = 0; r < PANEL; r++) panels[k * PANEL + r] = r < some ? rows[r * stride + k] : 0.0f;
    }
}

KERNEL void kernel_pack_columns(const float *rows, size_t stride, size_t count, size_t depth, float *panels) {
    for (size_t first = 0; first < count; first += PANEL, panels += PANEL * depth) {
        const size_t some = count - first < PANEL ? count - first : PANEL;
        for (size_t k = 0; k < depth; k++)
            for (size_t c = 0; c < PANEL; c++) panels[k * PANEL + c] = c < some ? rows[k * stride + first + c] : 0.0f;
    }
}
