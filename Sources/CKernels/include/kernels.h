// The inner loops that Swift's compiler leaves scalar. Each is the fast version of a definition in Tensors/Kernels, which says
// what is computed; no state, no allocation, no policy. On x86 each is compiled twice, for AVX2 with FMA and for the
// baseline, and the loader picks the one for the CPU at hand.
#pragma once

#include <malloc.h>
#include <stddef.h>
#include <stdint.h>

#include "integers.h"

// What a thread does while it looks out for another.
static inline void kernel_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

// Gives the system what its allocator keeps: Swift's Glibc module lacks the call.
static inline void kernel_trim_heap(void) { malloc_trim(0); }

// Weights to float32. `count` is in elements; blocks hold 32 (Q8_0, Q4_0) or 256 (the K formats) of them.
void kernel_widen_bf16(const void *from, float *to, size_t count);
void kernel_widen_f16(const void *from, float *to, size_t count);
void kernel_dequantise_q8_0(const void *from, float *to, size_t count);
void kernel_dequantise_q4_0(const void *from, float *to, size_t count);
void kernel_dequantise_q4_k(const void *from, float *to, size_t count);
void kernel_dequantise_q5_k(const void *from, float *to, size_t count);
void kernel_dequantise_q6_k(const void *from, float *to, size_t count);

// Products.
float kernel_dot(const float *a, const float *b, size_t count);
float kernel_dot_bf16(const void *weights, const float *x, size_t count);
void kernel_add(float *to, const float *from, size_t count);
void kernel_add_scaled(float *to, const float *from, float scale, size_t count);

// Normalisation of one row.
void kernel_rms_norm(const float *x, const float *gain, float epsilon, float *to, size_t count);
void kernel_layer_norm(const float *x, const float *gain, const float *bias, float epsilon, float *to, size_t count);
void kernel_softmax(float *x, float scale, size_t count);

// A convolution over time: to[c] = Σ_t taps[t · tap_stride + c] · inputs[t][c], in the order of the taps.
void kernel_time_taps(const float *const *inputs, const float *taps, size_t tap_stride, size_t tap_count, float *to,
                      size_t channels);

// Pointwise, in place or onto the first argument.
void kernel_gelu_tanh(float *x, size_t count);
void kernel_gelu_erf(float *x, size_t count);
void kernel_silu(float *x, size_t count);
void kernel_silu_product(float *gate, const float *up, size_t count);
void kernel_sigmoid_product(float *x, const float *gate, size_t count);

// One token of the gated delta rule for one head; `state` is [keys, values].
void kernel_delta_step(float *state, const float *query, const float *key, const float *value, float decay, float strength,
                       float *to, size_t keys, size_t values);
// The same for processors with few or narrow registers; here so that tests reach it on every machine.
void kernel_delta_step_narrow(float *state, const float *query, const float *key, const float *value, float decay,
                              float strength, float *to, size_t keys, size_t values);

// Convolutional networks, channels last.
enum { KERNEL_PANEL = 16 };

enum kernel_pointwise_kind {
    KERNEL_NOTHING,
    KERNEL_RELU,
    KERNEL_CLIP,
    KERNEL_SIGMOID,
    KERNEL_HARD_SIGMOID,
    KERNEL_HARD_SWISH,
    KERNEL_SILU,
    KERNEL_GELU,
};

enum kernel_combination { KERNEL_ADD, KERNEL_SUBTRACT, KERNEL_MULTIPLY, KERNEL_DIVIDE };

// What becomes of a sum: the bias, padded to whole panels, is added if there is one, then the function applied.
struct kernel_finish {
    const float *bias;
    int kind;
    float a, b;
};

void kernel_pointwise(int kind, float a, float b, float *x, size_t count);
void kernel_combine(int kind, const float *a, const float *b, float *to, size_t count);
void kernel_maximum(float *to, const float *from, size_t count);

// Numbers that a product sums over: `depth` of each row of x, rows `step` apart, times the weights' rows from `start` on.
struct kernel_run {
    const float *x;
    size_t step, start, depth;
};

// to[r, c] = finish(Σ_k x[r, k] · w[k, c]) + residual[r, c], where each run holds some of x's columns: a window's row, which
// lies in one piece, is one. `panels` holds the weights in panels of 16 columns, [k][16] each, `depth` rows in all, the last
// one filled up with zeros; `residual` is laid out as `to`, and may be it.
void kernel_run_product(const struct kernel_run *runs, size_t run_count, size_t rows, size_t depth, const float *panels,
                        size_t columns, const struct kernel_finish *finish, const float *residual, float *to,
                        size_t to_stride);
// The same for processors with few or narrow registers; here so that tests reach it on every machine.
void kernel_run_product_narrow(const struct kernel_run *runs, size_t run_count, size_t rows, size_t depth,
                               const float *panels, size_t columns, const struct kernel_finish *finish,
                               const float *residual, float *to, size_t to_stride);
// The same of one run.
void kernel_panel_product(const float *x, size_t stride, size_t rows, size_t depth, const float *panels, size_t columns,
                          const struct kernel_finish *finish, const float *residual, float *to, size_t to_stride);

// Packs the operand of a product that is there as `count` rows of `depth` numbers (its transpose), or as `depth` rows of `count`
// columns; rows lie `stride` numbers apart.
void kernel_pack_rows(const float *rows, size_t stride, size_t count, size_t depth, float *panels);
void kernel_pack_columns(const float *rows, size_t stride, size_t count, size_t depth, float *panels);

// A depthwise convolution's window, as far as its rows lie inside the picture.
struct kernel_window {
    size_t rows, columns;
    // Columns from a result's window to the next one's.
    size_t stride;
    // Channels that are computed.
    size_t channels;
    // Numbers from a pixel to the next, of the picture, and of the weights and the result.
    size_t x_pixel, pixel;
    // Numbers from a row to the next, of the picture and of the weights.
    size_t x_step, weight_step;
    // Columns by which the first result's window begins before the picture, and columns that the picture has.
    size_t left, width;
};

// `count` neighbouring pixels of a depthwise convolution: pixel p is
// finish(Σ_y Σ_t weights[y · weight_step + t · pixel + c] · x[y · x_step + (p · stride + t - left) · x_pixel + c]),
// where that column lies inside the picture.
void kernel_depthwise(const struct kernel_window *window, size_t count, const float *x, const float *weights,
                      const struct kernel_finish *finish, float *to);
// The same for processors with few or narrow registers; here so that tests reach it on every machine.
void kernel_depthwise_narrow(const struct kernel_window *window, size_t count, const float *x, const float *weights,
                             const struct kernel_finish *finish, float *to);

// weights[i] = Σ over the bits that are set in code i of the query's component there, 0…15, and of KERNEL_SIGN_MIDDLE over those
// that are not. A code has KERNEL_SIGN_WORDS words; plane p holds bit p of the query's components.
enum { KERNEL_SIGN_WORDS = 6, KERNEL_SIGN_PLANES = 4, KERNEL_SIGN_MIDDLE = 8 };
void kernel_sign_weights(const uint64_t *codes, size_t count, const uint64_t *planes, uint16_t *weights);
