#include "CPNGReader.h"

#include <errno.h>
#include <png.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct cpng_reader {
    png_structp png;
    png_infop info;
    int descriptor;
    /// Where the window ends in the file, and where the file does.
    off_t offset, size;
    bool has_started, has_wrong_checksum;
    /// What is read at a time: libpng asks for a few bytes at once.
    size_t start, end;
    uint8_t window[64 << 10];
};

// Of a chunk of pixels that the file breaks off in, what is there: libpng hands on whole buffers only.
static void shorten_last_chunk(const cpng_reader *reader, png_bytep head) {
    off_t there = reader->size - (reader->offset - (off_t)(reader->end - reader->start));
    if (memcmp(head + 4, "IDAT", 4) == 0 && there >= 0 && there < (off_t)png_get_uint_32(head)) {
        png_save_uint_32(head, (png_uint_32)there);
    }
}

static void read_bytes(png_structp png, png_bytep bytes, size_t count) {
    cpng_reader *reader = png_get_io_ptr(png);
    // It asks for these, and hardly for anything else, with so many bytes.
    bool may_be_head = count == 8;
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
    if (may_be_head) shorten_last_chunk(reader, first);
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

cpng_reader *cpng_open(int descriptor) {
    cpng_reader *reader = malloc(sizeof *reader);
    if (reader == NULL) return NULL;
    memset(reader, 0, offsetof(cpng_reader, window));
    struct stat status;
    reader->descriptor = descriptor;
    reader->size = fstat(descriptor, &status) == 0 ? status.st_size : 0;
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
    // Text and colour profiles are compressed: inflating them is how a small file takes a lot of memory.
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    // Who calls decides how large a picture may be.
    png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    png_read_info(png, reader->info);
    header->width = png_get_image_width(png, reader->info);
    header->height = png_get_image_height(png, reader->info);
    header->stored_row_byte_count = png_get_rowbytes(png, reader->info);
    header->is_interlaced = png_get_interlace_type(png, reader->info) != PNG_INTERLACE_NONE;
    bool has_alpha =
        png_get_color_type(png, reader->info) & PNG_COLOR_MASK_ALPHA || png_get_valid(png, reader->info, PNG_INFO_tRNS);
    header->channels = has_alpha ? 4 : 3;
    return true;
}

// May jump.
static void start(cpng_reader *reader) {
    if (reader->has_started) return;
    reader->has_started = true;
    png_set_expand(reader->png);
    png_set_scale_16(reader->png);
    png_set_gray_to_rgb(reader->png);
    png_set_interlace_handling(reader->png);
    png_read_update_info(reader->png, reader->info);
}

size_t cpng_read_rows(cpng_reader *reader, uint8_t *rows, size_t stride, size_t count) {
    // Volatile: it is read after a jump.
    volatile size_t done = 0;
    if (setjmp(png_jmpbuf(reader->png))) return done;
    start(reader);
    for (; done < count; done++) png_read_row(reader->png, rows + done * stride, NULL);
    return done;
}

int cpng_read_interlaced(cpng_reader *reader, uint8_t *rows, size_t stride) {
    volatile int pass = 0;
    if (setjmp(png_jmpbuf(reader->png))) return pass;
    start(reader);
    size_t height = png_get_image_height(reader->png, reader->info);
    for (; pass < PNG_INTERLACE_ADAM7_PASSES; pass++) {
        for (size_t row = 0; row < height; row++) png_read_row(reader->png, NULL, rows + row * stride);
    }
    return pass;
}

bool cpng_has_wrong_checksum(const cpng_reader *reader) { return reader->has_wrong_checksum; }

void cpng_close(cpng_reader *reader) {
    png_destroy_read_struct(&reader->png, &reader->info, NULL);
    free(reader);
}
