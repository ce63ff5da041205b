import CTesseract

/// One instance of Tesseract with its languages loaded.
final class Recogniser {
    /// How Tesseract is to look for lines.
    enum Layout {
        /// Columns and paragraphs, in reading order.
        case page
        /// Words anywhere, as in dialogs and menus.
        case sparse
        /// The picture is one line.
        case line
    }

    /// The languages, as "eng+deu".
    let languages: String
    private let handle: OpaquePointer

    /// - Returns: `nil` where the data of one of the languages is missing or broken.
    init?(languages: String, dataDirectory: String) {
        guard let handle = TessBaseAPICreate() else { return nil }
        guard TessBaseAPIInit2(handle, dataDirectory, languages, OEM_LSTM_ONLY) == 0 else {
            TessBaseAPIDelete(handle)
            return nil
        }
        // It would write its thoughts to stderr.
        TessBaseAPISetVariable(handle, "debug_file", "/dev/null")
        self.handle = handle
        self.languages = languages
    }

    deinit {
        TessBaseAPIEnd(handle)
        TessBaseAPIDelete(handle)
    }

    /// The lines that are found in a picture, in reading order.
    ///
    /// - Parameters:
    ///   - isPhotographed: whether the light may be uneven, so that black and white are told apart place by place.
    ///   - budget: when it is spent, what has been read so far is returned.
    func lines(
        in picture: GreyPicture, layout: Layout, isPhotographed: Bool, budget: TimeBudget
    ) -> [ReadLine] {
        guard !budget.isSpent else { return [] }
        let mode =
            switch layout {
            case .page: PSM_AUTO
            case .sparse: PSM_SPARSE_TEXT
            case .line: PSM_SINGLE_LINE
            }
        TessBaseAPISetPageSegMode(handle, mode)
        TessBaseAPISetVariable(handle, "thresholding_method", isPhotographed ? "1" : "0")
        TessBaseAPISetImage2(handle, picture.pix)
        TessBaseAPISetSourceResolution(handle, 150)
        defer { TessBaseAPIClear(handle) }
        let monitor = TessMonitorCreate()
        defer { TessMonitorDelete(monitor) }
        TessMonitorSetCancelThis(monitor, Unmanaged.passUnretained(budget).toOpaque())
        TessMonitorSetCancelFunc(monitor) { budget, _ in
            budget.map { Unmanaged<TimeBudget>.fromOpaque($0).takeUnretainedValue().isSpent } ?? false
        }
        // Stopped halfway it reports a failure; what was read until then is still there.
        _ = withExtendedLifetime(budget) { TessBaseAPIRecognize(handle, monitor) }
        guard let results = TessBaseAPIGetIterator(handle) else { return [] }
        defer { TessResultIteratorDelete(results) }
        var lines: [ReadLine] = []
        repeat {
            if let line = line(at: results) { lines.append(line) }
        } while TessResultIteratorNext(results, RIL_TEXTLINE) != 0
        return lines
    }

    private func line(at results: OpaquePointer) -> ReadLine? {
        guard let text = TessResultIteratorGetUTF8Text(results, RIL_TEXTLINE) else { return nil }
        defer { TessDeleteText(text) }
        var (left, top, right, bottom): (CInt, CInt, CInt, CInt) = (0, 0, 0, 0)
        TessPageIteratorBoundingBox(
            TessResultIteratorGetPageIteratorConst(results), RIL_TEXTLINE, &left, &top, &right, &bottom)
        let box = TextBox(left: Double(left), top: Double(top), right: Double(right), bottom: Double(bottom))
        return ReadLine(
            text: String(cString: text),
            confidence: Double(TessResultIteratorConfidence(results, RIL_TEXTLINE)) / 100,
            box: box)
    }
}
