#include "CPNGReader.h"

#include <errno.h>
#include <png.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct cpng_reader {
    png_structp png;
    png_infop info;
    int descriptor;
    /// Where the window ends in the file.
    off_t offset;
    /// The chunk that the file breaks off in.
    off_t cut_chunk;
    uint32_t cut_chunk_length;
    bool has_started, has_wrong_checksum;
    /// Of an interlaced picture, as wide as the whole.
    uint8_t *pass_row;
    /// What is read at a time: libpng asks for a few bytes at once.
    size_t start, end;
    uint8_t window[64 << 10];
};

static void read_bytes(png_structp png, png_bytep bytes, size_t count) {
    cpng_reader *reader = png_get_io_ptr(png);
    off_t place = reader->offset - (off_t)(reader->end - reader->start);
    // libpng asks for a chunk's length and name at once, and hands on whole buffers of it only.
    bool is_cut = place == reader->cut_chunk && count == 8;
    png_bytep first = bytes;
    while (count > 0) {
        if (reader->start == reader->end) {
            ssize_t got;
            do got = pread(reader->descriptor, reader->window, sizeof reader->window, reader->offset);
            while (got < 0 && errno == EINTR);
            if (got <= 0) png_error(png, "the file ends");
            reader->offset += got;
            reader->start = 0;
            reader->end = (size_t)got;
        }
        size_t part = reader->end - reader->start;
        if (part > count) part = count;
        memcpy(bytes, reader->window + reader->start, part);
        reader->start += part;
        bytes += part;
        count -= part;
    }
    if (is_cut) png_save_uint_32(first, reader->cut_chunk_length);
}

// Neither writes to standard error, as libpng's own would: messages quote what is in people's files.
static void fail(png_structp png, png_const_charp message) {
    (void)message;
    png_longjmp(png, 1);
}

static void warn(png_structp png, png_const_charp message) {
    cpng_reader *reader = png_get_error_ptr(png);
    if (strstr(message, "CRC error") != NULL) reader->has_wrong_checksum = true;
}

cpng_reader *cpng_open(int descriptor, int64_t cut_chunk, uint32_t cut_chunk_length) {
    cpng_reader *reader = malloc(sizeof *reader);
    if (reader == NULL) return NULL;
    memset(reader, 0, offsetof(cpng_reader, window));
    reader->descriptor = descriptor;
    reader->cut_chunk = cut_chunk;
    reader->cut_chunk_length = cut_chunk_length;
    reader->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, reader, fail, warn);
    if (reader->png != NULL) reader->info = png_create_info_struct(reader->png);
    if (reader->info == NULL) {
        cpng_close(reader);
        return NULL;
    }
    png_set_read_fn(reader->png, reader, read_bytes);
    return reader;
}

bool cpng_read_header(cpng_reader *reader, cpng_header *header) {
    png_structp png = reader->png;
    if (setjmp(png_jmpbuf(png))) return false;
    // A picture with a wrong checksum shows more than none.
    png_set_crc_action(png, PNG_CRC_WARN_USE, PNG_CRC_QUIET_USE);
    png_set_benign_errors(png, 1);
    // Some writers say that less of what came before is needed than is.
    png_set_option(png, PNG_MAXIMUM_INFLATE_WINDOW, PNG_OPTION_ON);
    // Text and colour profiles are compressed: inflating them is how a small file takes a lot of memory.
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    // Who calls decides how large a picture may be.
    png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    png_read_info(png, reader->info);
    header->width = png_get_image_width(png, reader->info);
    header->height = png_get_image_height(png, reader->info);
    header->is_interlaced = png_get_interlace_type(png, reader->info) != PNG_INTERLACE_NONE;
    return true;
}

// May jump.
static void start(cpng_reader *reader) {
    if (reader->has_started) return;
    reader->has_started = true;
    png_set_expand(reader->png);
    png_set_scale_16(reader->png);
    png_set_gray_to_rgb(reader->png);
    // Over white before anything is shrunk: averages of colours that nobody sees would shine through.
    png_uint_16 most = png_get_bit_depth(reader->png, reader->info) == 16 ? 65535 : 255;
    png_color_16 white = {.red = most, .green = most, .blue = most, .gray = most};
    png_set_background(reader->png, &white, PNG_BACKGROUND_GAMMA_SCREEN, 0, 1);
    png_read_update_info(reader->png, reader->info);
}

size_t cpng_read_rows(cpng_reader *reader, uint8_t *rows, size_t stride, size_t count) {
    png_structp png = reader->png;
    png_uint_32 first = png_get_current_row_number(png);
    // It counts a row before it looks at the stream's end, where it may jump though the last row is there.
    if (setjmp(png_jmpbuf(png))) return png_get_current_row_number(png) - first;
    start(reader);
    for (size_t row = 0; row < count; row++) png_read_row(png, rows + row * stride, NULL);
    return count;
}

// Lays a line of a pass where its pixels belong.
static void place(const cpng_reader *reader, int pass, png_uint_32 line, int shift, uint8_t *rows, size_t stride) {
    png_uint_32 columns = PNG_PASS_COLS(png_get_image_width(reader->png, reader->info), pass);
    uint8_t *row = rows + (PNG_ROW_FROM_PASS_ROW(line, pass) >> shift) * stride;
    for (png_uint_32 column = 0; column < columns; column++) {
        size_t x = PNG_COL_FROM_PASS_COL(column, pass) >> shift;
        memcpy(row + 3 * x, reader->pass_row + 3 * (size_t)column, 3);
    }
}

int cpng_read_passes(cpng_reader *reader, int shift, uint8_t *rows, size_t stride) {
    png_structp png = reader->png;
    // Volatile: they are read after a jump.
    volatile int pass = 0;
    volatile png_uint_32 line = 0;
    if (setjmp(png_jmpbuf(png))) {
        // As with rows, above: the very last may be there.
        int whole = png_get_current_pass_number(png);
        if (whole > pass) place(reader, pass, line, shift, rows, stride);
        return whole;
    }
    start(reader);
    reader->pass_row = malloc(png_get_rowbytes(png, reader->info));
    if (reader->pass_row == NULL) return 0;
    png_uint_32 width = png_get_image_width(png, reader->info), height = png_get_image_height(png, reader->info);
    int wanted = PNG_INTERLACE_ADAM7_PASSES - 2 * shift;
    for (; pass < wanted; pass++) {
        png_uint_32 lines = PNG_PASS_COLS(width, pass) > 0 ? PNG_PASS_ROWS(height, pass) : 0;
        for (line = 0; line < lines; line++) {
            png_read_row(png, reader->pass_row, NULL);
            place(reader, pass, line, shift, rows, stride);
        }
    }
    return wanted;
}

bool cpng_has_wrong_checksum(const cpng_reader *reader) { return reader->has_wrong_checksum; }

void cpng_close(cpng_reader *reader) {
    png_destroy_read_struct(&reader->png, &reader->info, NULL);
    free(reader->pass_row);
    free(reader);
}
