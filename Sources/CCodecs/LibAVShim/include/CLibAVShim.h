// libav's constants that are macros with casts or calls in them, which Swift's importer leaves out.
#ifndef CLIBAV_SHIM_H
#define CLIBAV_SHIM_H

#include <errno.h>
#include <libavformat/avformat.h>
#include <stdint.h>

/// AVERROR_EOF.
static const int CAV_ERROR_EOF = AVERROR_EOF;
/// AVERROR(EAGAIN): the decoder wants more input before it has a frame.
static const int CAV_ERROR_AGAIN = AVERROR(EAGAIN);
/// AVERROR(EINVAL).
static const int CAV_ERROR_INVALID = AVERROR(EINVAL);
/// AVERROR(EIO).
static const int CAV_ERROR_IO = AVERROR(EIO);
/// AVERROR(EPERM).
static const int CAV_ERROR_DENIED = AVERROR(EPERM);
/// AVERROR_DECODER_NOT_FOUND.
static const int CAV_ERROR_NO_DECODER = AVERROR_DECODER_NOT_FOUND;
/// AVERROR_PATCHWELCOME: a part of a format that libav does not read.
static const int CAV_ERROR_UNSUPPORTED = AVERROR_PATCHWELCOME;
/// AVERROR(ENOMEM).
static const int CAV_ERROR_OUT_OF_MEMORY = AVERROR(ENOMEM);
/// AV_NOPTS_VALUE.
static const int64_t CAV_NO_TIMESTAMP = AV_NOPTS_VALUE;

#endif
