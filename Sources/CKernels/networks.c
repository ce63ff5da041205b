// The inner loops of convolutional networks, over channels-last rows: the numbers of a pixel lie side by side.
#include "include/kernels.h"
#include "lanes.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

typedef float vec8 __attribute__((vector_size(32), aligned(4)));

enum { PANEL = KERNEL_PANEL };

// x · (1 + erf(x / √2)) / 2, erf within 1e-7 as a quotient of polynomials on [-4, 4]; above, float32's erf is 1, below, the
// result is nought within 1e-6. Coefficients: Eigen's of erf, for x instead of x / √2 and halved.
static inline __attribute__((always_inline)) float gelu_lane(float x) {
    const float most = 5.656854249f;
    x = x < -most ? -most : x;
    float c = x > most ? most : x;
    float s = c * c;
    float p = -1.505995060e-12f;
    p = p * s + 3.061199413e-10f;
    p = p * s - 4.642651039e-08f;
    p = p * s - 2.515756171e-06f;
    p = p * s - 6.496460735e-05f;
    p = p * s - 5.223043901e-04f;
    p = p * s - 5.690807158e-03f;
    float q = -9.103794904e-07f;
    q = q * s - 2.667175691e-05f;
    q = q * s - 4.207067436e-04f;
    q = q * s - 3.686664584e-03f;
    q = q * s - 1.426473905e-02f;
    return x * (0.5f + c * p / q);
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
        for (size_t i = 0; i < count; i++) x[i] = gelu_lane(x[i]);
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
    const struct kernel_run *runs;
    size_t run_count, row, depth;
    const float *panel;
    const struct kernel_finish *finish;
    const float *residual;
    float *to;
    size_t to_stride;
};

// A tile of `rows` rows and a panel. `rows` is a constant in each call, so that the sums stay in registers: six rows of two
// vectors fill the sixteen of AVX2. The bias comes last: it is often far larger than the products, whose every addition would be
// rounded as it is.
static inline __attribute__((always_inline)) void tile(const struct product *at, size_t rows, const float *bias, float *sums) {
    vec8 low[6], high[6];
    for (size_t r = 0; r < rows; r++) low[r] = high[r] = (vec8){0};
    for (const struct kernel_run *run = at->runs; run < at->runs + at->run_count; run++) {
        const float *x = run->x + at->row * run->step, *panel = at->panel + run->start * PANEL;
        for (size_t k = 0; k < run->depth; k++, panel += PANEL) {
            const vec8 first = *(const vec8 *)panel, second = *(const vec8 *)(panel + 8);
            for (size_t r = 0; r < rows; r++) {
                const float value = x[r * run->step + k];
                low[r] += value * first;
                high[r] += value * second;
            }
        }
    }
    const vec8 first = bias ? *(const vec8 *)bias : (vec8){0}, second = bias ? *(const vec8 *)(bias + 8) : (vec8){0};
    for (size_t r = 0; r < rows; r++) {
        *(vec8 *)(sums + r * PANEL) = low[r] + first;
        *(vec8 *)(sums + r * PANEL + 8) = high[r] + second;
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

// A tile's sums with their bias, finished and laid down: `columns` of one panel or two. What is only clipped never leaves the
// registers: where few numbers are summed, laying sums down twice takes as long as summing.
static inline __attribute__((always_inline)) AVX512 void lay_down(const struct product *at, int rows, int panels,
                                                                  size_t columns, const float *bias, __m512 all[12][2]) {
    const struct kernel_finish *finish = at->finish;
    const int is_clipped = finish->kind == KERNEL_RELU || finish->kind == KERNEL_CLIP;
    const int is_simple = is_clipped || finish->kind == KERNEL_NOTHING;
    const __m512 low = _mm512_set1_ps(finish->kind == KERNEL_CLIP ? finish->a : 0.0f);
    const __m512 high = _mm512_set1_ps(finish->kind == KERNEL_CLIP ? finish->b : __builtin_inff());
    for (int p = 0; p < panels; p++) {
        const size_t first = (size_t)p * PANEL, width = columns - first < PANEL ? columns - first : PANEL;
        const __mmask16 mask = (__mmask16)((1u << width) - 1);
        const __m512 last = bias ? _mm512_loadu_ps(bias + first) : _mm512_setzero_ps();
        const float *residual = at->residual ? at->residual + first : NULL;
        if (is_simple) {
            float *to = at->to + first;
            for (int r = 0; r < rows; r++, to += at->to_stride) {
                __m512 sum = _mm512_add_ps(all[r][p], last);
                // The sum stands second: what is no number stays none.
                if (is_clipped) sum = _mm512_min_ps(high, _mm512_max_ps(low, sum));
                if (residual) {
                    sum = _mm512_add_ps(sum, _mm512_maskz_loadu_ps(mask, residual));
                    residual += at->to_stride;
                }
                _mm512_mask_storeu_ps(to, mask, sum);
            }
        } else {
            float sums[12 * PANEL];
            for (int r = 0; r < rows; r++) _mm512_storeu_ps(sums + r * PANEL, _mm512_add_ps(all[r][p], last));
            finish_tile(finish, sums, (size_t)rows, width, residual, at->to + first, at->to_stride);
        }
    }
}

// The same with a register a panel, and two panels at a time: each number of x is used twice. Twice as fast as AVX2 where a
// processor does a whole vector at once. Twelve rows, so that weights, which come from the second-level cache, are used often.
static inline __attribute__((always_inline)) AVX512 void wide_tile(const struct product *at, int rows, int panels,
                                                                   size_t columns, const float *bias) {
    __m512 all[12][2];
    for (int p = 0; p < panels; p++)
        for (int r = 0; r < rows; r++) all[r][p] = _mm512_setzero_ps();
    const size_t next = at->depth * PANEL;
    for (const struct kernel_run *run = at->runs; run < at->runs + at->run_count; run++) {
        const size_t step = run->step;
        // Rows in fours: addresses that a processor makes by itself.
        const float *fours[3], *panel = at->panel + run->start * PANEL;
        for (int four = 0; four < 3; four++) fours[four] = run->x + (at->row + 4 * (size_t)four) * step;
        for (size_t k = 0; k < run->depth; k++, panel += PANEL) {
            __m512 weights[2];
            for (int p = 0; p < panels; p++) weights[p] = _mm512_loadu_ps(panel + p * next);
            for (int r = 0; r < rows; r++) {
                const __m512 value = _mm512_set1_ps(fours[r / 4][(size_t)(r % 4) * step + k]);
                for (int p = 0; p < panels; p++) all[r][p] = _mm512_fmadd_ps(value, weights[p], all[r][p]);
            }
        }
    }
    lay_down(at, rows, panels, columns, bias, all);
}

// Twelve rows of a panel and a half: the half of two rows shares a register, since a quarter of the work were for nothing.
static inline __attribute__((always_inline)) AVX512 void wide_tile_and_half(const struct product *at, size_t columns,
                                                                            const float *bias) {
    __m512 all[12][2], halves[6];
    for (int r = 0; r < 12; r++) all[r][0] = _mm512_setzero_ps();
    for (int r = 0; r < 6; r++) halves[r] = _mm512_setzero_ps();
    const size_t next = at->depth * PANEL;
    for (const struct kernel_run *run = at->runs; run < at->runs + at->run_count; run++) {
        const size_t step = run->step;
        const float *fours[3], *panel = at->panel + run->start * PANEL;
        for (int four = 0; four < 3; four++) fours[four] = run->x + (at->row + 4 * (size_t)four) * step;
        for (size_t k = 0; k < run->depth; k++, panel += PANEL) {
            const __m512 weights = _mm512_loadu_ps(panel);
            const __m512 half = _mm512_broadcast_f32x8(_mm256_loadu_ps(panel + next));
            for (int r = 0; r < 12; r += 2) {
                const __m512 value = _mm512_set1_ps(fours[r / 4][(size_t)(r % 4) * step + k]);
                const __m512 other = _mm512_set1_ps(fours[r / 4][(size_t)(r % 4 + 1) * step + k]);
                all[r][0] = _mm512_fmadd_ps(value, weights, all[r][0]);
                all[r + 1][0] = _mm512_fmadd_ps(other, weights, all[r + 1][0]);
                halves[r / 2] = _mm512_fmadd_ps(_mm512_mask_blend_ps(0xFF00, value, other), half, halves[r / 2]);
            }
        }
    }
    for (int r = 0; r < 12; r++)
        all[r][1] = _mm512_zextps256_ps512(r % 2 ? _mm512_extractf32x8_ps(halves[r / 2], 1)
                                                 : _mm512_castps512_ps256(halves[r / 2]));
    lay_down(at, 12, 2, columns, bias, all);
}

#define ROWS(N)                                                                                                          \
    case N:                                                                                                              \
        if (panels == 2)                                                                                                 \
            wide_tile(&at, N, 2, columns, bias);                                                                         \
        else                                                                                                             \
            wide_tile(&at, N, 1, columns, bias);                                                                         \
        break
AVX512 static void product_rows_12(struct product at, size_t rows, size_t columns) {
    const float *bias = at.finish->bias;
    for (;;) {
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
            ROWS(9);
            ROWS(10);
            ROWS(11);
        case 12:
            if (columns > PANEL && columns <= PANEL + 8)
                wide_tile_and_half(&at, columns, bias);
            else if (panels == 2)
                wide_tile(&at, 12, 2, columns, bias);
            else
                wide_tile(&at, 12, 1, columns, bias);
        }
        if (columns <= 2 * PANEL) return;
        columns -= 2 * PANEL;
        at.panel += 2 * at.depth * PANEL;
        at.to += 2 * PANEL;
        if (bias) bias += 2 * PANEL;
        if (at.residual) at.residual += 2 * PANEL;
    }
}
#undef ROWS

static int has_avx512(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512bw");
}
#endif

typedef void (*product_rows)(struct product, size_t, size_t);

static inline __attribute__((always_inline)) void run_product(product_rows product, size_t height,
                                                              const struct kernel_run *runs, size_t run_count, size_t rows,
                                                              size_t depth, const float *panels, size_t columns,
                                                              const struct kernel_finish *finish, const float *residual,
                                                              float *to, size_t to_stride) {
    // Columns in blocks whose weights stay in the first-level cache's neighbour while all rows pass.
    const size_t block = depth * 128 > 65536 ? 32 : 128;
    for (size_t column = 0; column < columns; column += block) {
        const size_t width = columns - column < block ? columns - column : block;
        struct kernel_finish part = *finish;
        if (part.bias) part.bias += column;
        for (size_t row = 0; row < rows; row += height) {
            const size_t count = rows - row < height ? rows - row : height, place = row * to_stride + column;
            const struct product at = {runs,  run_count, row, depth, panels + column * depth, &part,
                                       residual ? residual + place : NULL, to + place, to_stride};
            product(at, count, width);
        }
    }
}

void kernel_run_product_narrow(const struct kernel_run *runs, size_t run_count, size_t rows, size_t depth,
                               const float *panels, size_t columns, const struct kernel_finish *finish,
                               const float *residual, float *to, size_t to_stride) {
    run_product(product_rows_6, 6, runs, run_count, rows, depth, panels, columns, finish, residual, to, to_stride);
}

void kernel_run_product(const struct kernel_run *runs, size_t run_count, size_t rows, size_t depth, const float *panels,
                        size_t columns, const struct kernel_finish *finish, const float *residual, float *to,
                        size_t to_stride) {
#if defined(__x86_64__)
    if (has_avx512())
        return run_product(product_rows_12, 12, runs, run_count, rows, depth, panels, columns, finish, residual, to,
                           to_stride);
#endif
    kernel_run_product_narrow(runs, run_count, rows, depth, panels, columns, finish, residual, to, to_stride);
}

void kernel_panel_product(const float *x, size_t stride, size_t rows, size_t depth, const float *panels, size_t columns,
                          const struct kernel_finish *finish, const float *residual, float *to, size_t to_stride) {
    const struct kernel_run run = {x, stride, 0, depth};
    kernel_run_product(&run, 1, rows, depth, panels, columns, finish, residual, to, to_stride);
}

// The sums of neighbouring pixels, finished where they lie.
static inline __attribute__((always_inline)) void finish_pixels(const struct kernel_finish *finish,
                                                                const struct kernel_window *window, size_t count, float *to) {
    // Whole pixels are one run.
    const size_t runs = window->channels == window->pixel ? 1 : count, length = count / runs * window->channels;
    for (size_t run = 0; run < runs; run++, to += window->pixel) pointwise(finish->kind, finish->a, finish->b, to, length);
}

// `count` neighbouring pixels, channel by channel, from the window's columns `taps` on that lie inside the picture.
static inline __attribute__((always_inline)) void depthwise(size_t count, const struct kernel_window *window, const float *x,
                                                            const float *weights, size_t taps,
                                                            const struct kernel_finish *finish, float *to) {
    const size_t channels = window->channels, pixel = window->pixel, x_pixel = window->x_pixel;
    const size_t step = window->stride * x_pixel;
    size_t c = 0;
    for (; c + 8 <= channels; c += 8) {
        vec8 sums[4];
        const vec8 bias = finish->bias ? *(const vec8 *)(finish->bias + c) : (vec8){0};
        for (size_t p = 0; p < count; p++) sums[p] = (vec8){0};
        for (size_t y = 0; y < window->rows; y++)
            for (size_t t = 0; t < taps; t++) {
                const vec8 weight = *(const vec8 *)(weights + y * window->weight_step + t * pixel + c);
                const float *from = x + y * window->x_step + t * x_pixel + c;
                for (size_t p = 0; p < count; p++) sums[p] += weight * *(const vec8 *)(from + p * step);
            }
        for (size_t p = 0; p < count; p++) *(vec8 *)(to + p * pixel + c) = sums[p] + bias;
    }
    for (; c < channels; c++)
        for (size_t p = 0; p < count; p++) {
            float sum = 0.0f;
            for (size_t y = 0; y < window->rows; y++)
                for (size_t t = 0; t < taps; t++)
                    sum += weights[y * window->weight_step + t * pixel + c] *
                           x[y * window->x_step + p * step + t * x_pixel + c];
            to[p * pixel + c] = sum + (finish->bias ? finish->bias[c] : 0.0f);
        }
    finish_pixels(finish, window, count, to);
}

KERNEL void kernel_depthwise_narrow(const struct kernel_window *window, size_t count, const float *x, const float *weights,
                                    const struct kernel_finish *finish, float *to) {
    const ptrdiff_t columns = (ptrdiff_t)window->columns, width = (ptrdiff_t)window->width;
    const ptrdiff_t pixel = (ptrdiff_t)window->pixel, x_pixel = (ptrdiff_t)window->x_pixel;
    const ptrdiff_t stride = (ptrdiff_t)window->stride;
    for (size_t done = 0; done < count;) {
        const ptrdiff_t at = (ptrdiff_t)done * stride - (ptrdiff_t)window->left;
        float *const out = to + (ptrdiff_t)done * pixel;
        if (done + 4 <= count && at >= 0 && at + 3 * stride + columns <= width) {
            depthwise(4, window, x + at * x_pixel, weights, window->columns, finish, out);
            done += 4;
            continue;
        }
        const ptrdiff_t first = at < 0 ? -at : 0, end = at + columns > width ? width - at : columns;
        depthwise(1, window, x + (at + first) * x_pixel, weights + first * pixel,
                  end > first ? (size_t)(end - first) : 0, finish, out);
        done++;
    }
}

#if defined(__x86_64__)
// The same, sixteen channels at a time. A number that is read serves every pixel whose window it lies in; `columns` and `stride`
// are constants in each call, so that a row's weights and the sums stay in registers. `at`: where the first window begins.
static inline __attribute__((always_inline)) AVX512 void wide_depthwise(size_t count, size_t columns, size_t stride,
                                                                        int is_inside, ptrdiff_t at,
                                                                        const struct kernel_window *window, const float *x,
                                                                        const float *weights,
                                                                        const struct kernel_finish *finish, float *to) {
    const size_t channels = window->channels, pixel = window->pixel, x_pixel = window->x_pixel;
    for (size_t c = 0; c < channels; c += 16) {
        const __mmask16 mask = channels - c < 16 ? (__mmask16)((1u << (channels - c)) - 1) : (__mmask16)0xFFFF;
        __m512 sums[8], row[7];
        const __m512 bias = finish->bias ? _mm512_maskz_loadu_ps(mask, finish->bias + c) : _mm512_setzero_ps();
        for (size_t p = 0; p < count; p++) sums[p] = _mm512_setzero_ps();
        for (size_t y = 0; y < window->rows; y++) {
            const float *from = x + y * window->x_step + at * (ptrdiff_t)x_pixel + c;
            for (size_t t = 0; t < columns; t++)
                row[t] = _mm512_maskz_loadu_ps(mask, weights + y * window->weight_step + t * pixel + c);
#pragma clang loop unroll(full)
            for (size_t i = 0; i < (count - 1) * stride + columns; i++) {
                if (!is_inside && (size_t)(at + (ptrdiff_t)i) >= window->width) continue;
                const __m512 value = _mm512_maskz_loadu_ps(mask, from + i * x_pixel);
                for (size_t p = 0; p < count; p++)
                    if (p * stride <= i && i < p * stride + columns)
                        sums[p] = _mm512_fmadd_ps(row[i - p * stride], value, sums[p]);
            }
        }
        for (size_t p = 0; p < count; p++)
            _mm512_mask_storeu_ps(to + p * pixel + c, mask, _mm512_add_ps(sums[p], bias));
    }
    finish_pixels(finish, window, count, to);
}

// Pixels in eights; what is left in fours, the last ones computed twice where they fill none.
#define BLOCK(COUNT, COLUMNS, STRIDE)                                                                                    \
    do {                                                                                                                 \
        const size_t first = done + COUNT <= count ? done : count - COUNT;                                               \
        const ptrdiff_t at = (ptrdiff_t)(first * STRIDE) - (ptrdiff_t)window->left;                                      \
        float *const out = to + first * window->pixel;                                                                   \
        if (at >= 0 && (size_t)at + (COUNT - 1) * STRIDE + COLUMNS <= window->width)                                     \
            wide_depthwise(COUNT, COLUMNS, STRIDE, 1, at, window, x, weights, finish, out);                              \
        else                                                                                                             \
            wide_depthwise(COUNT, COLUMNS, STRIDE, 0, at, window, x, weights, finish, out);                              \
        done = first + COUNT;                                                                                            \
    } while (0)
#define WINDOW(COLUMNS, STRIDE)                                                                                          \
    if (window->columns == COLUMNS && window->stride == STRIDE) {                                                        \
        while (done < count)                                                                                             \
            if (count - done > 4 && count >= 8)                                                                          \
                BLOCK(8, COLUMNS, STRIDE);                                                                               \
            else                                                                                                         \
                BLOCK(4, COLUMNS, STRIDE);                                                                               \
        return 1;                                                                                                        \
    }
AVX512 static int depthwise_wide(const struct kernel_window *window, size_t count, const float *x, const float *weights,
                                 const struct kernel_finish *finish, float *to) {
    if (count < 4) return 0;
    size_t done = 0;
    WINDOW(3, 1)
    WINDOW(3, 2)
    WINDOW(5, 1)
    WINDOW(5, 2)
    WINDOW(7, 1)
    return 0;
}
#undef WINDOW
#undef BLOCK
#endif

void kernel_depthwise(const struct kernel_window *window, size_t count, const float *x, const float *weights,
                      const struct kernel_finish *finish, float *to) {
#if defined(__x86_64__)
    if (has_avx512() && depthwise_wide(window, count, x, weights, finish, to)) return;
#endif
    kernel_depthwise_narrow(window, count, x, weights, finish, to);
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
