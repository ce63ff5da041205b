#ifndef CPNG_READER_H
#define CPNG_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// A PNG's rows by libpng, whose errors jump: Swift must not be jumped over, so the places to land are here.

/// A PNG that is being read.
typedef struct cpng_reader cpng_reader;

/// What its header says.
typedef struct {
    uint32_t width, height;
    /// Its rows come in seven passes, of which each refines the last.
    bool is_interlaced;
} cpng_header;

/// A reader of the file behind an open descriptor, which stays the caller's; NULL: there is no memory.
///
/// `cut_chunk` is where the chunk begins that the file breaks off in, and `cut_chunk_length` how much of its data is there;
/// -1: there is none.
cpng_reader *cpng_open(int descriptor, int64_t cut_chunk, uint32_t cut_chunk_length);

/// Reads up to the pixels. Returns whether it gets there. Memory for rows is taken later.
bool cpng_read_header(cpng_reader *reader, cpng_header *header);

/// Reads the next rows, top to bottom, as red, green and blue over white, a byte each; `stride` bytes lie from one row to the
/// next. Returns how many there were: fewer than `count` where the file is broken.
size_t cpng_read_rows(cpng_reader *reader, uint8_t *rows, size_t stride, size_t count);

/// Once: reads every 2^`shift`-th pixel of every 2^`shift`-th row of an interlaced picture, for which the first
/// 7 - 2 `shift` passes do; `shift` is at most 3. Returns how many passes were whole: where the file is broken
/// before, those hold every 8th pixel (1 or 2), 4th (3 or 4) or 2nd (5 or 6), and of the others nothing is written.
int cpng_read_passes(cpng_reader *reader, int shift, uint8_t *rows, size_t stride);

/// Whether a checksum was wrong in what has been read so far.
bool cpng_has_wrong_checksum(const cpng_reader *reader);

void cpng_close(cpng_reader *reader);

#endif
