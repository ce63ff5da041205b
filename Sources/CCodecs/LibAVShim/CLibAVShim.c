// SwiftPM builds no target without a source file; all there is stands in the header.
#include "CLibAVShim.h"
