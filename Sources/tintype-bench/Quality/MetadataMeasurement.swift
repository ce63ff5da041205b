import DaemonAPI
import MediaTypes

/// Of the files whose date, camera or place the manifest gives, the share for which the library has the same.
struct MetadataMeasurement {
    let library: SampleLibrary
    let daemon: BenchDaemon
    let printer: FigurePrinter

    func run() async throws {
        var (dates, cameras, places): ([Bool], [Bool], [Bool]) = ([], [], [])
        var (broken, accounted) = (0, 0)
        let failed = Set(try await daemon.client.failedJobs().failed.compactMap(\.mediaPath))
        for sample in library.samples {
            let path = library.path(sample.path)
            let facts = try await daemon.client.file(path).facts
            if MediaFolder.isBrokenOnPurpose(path) {
                broken += 1
                accounted += failed.contains(path) || facts?.damage != nil ? 1 : 0
                continue
            }
            check(sample.exifDate, sample, "date", facts?.takenAt, Self.isSameDate, &dates)
            let camera = [facts?.cameraMake, facts?.cameraModel].compactMap(\.self).joined(separator: " ")
            check(sample.camera, sample, "camera", camera, ==, &cameras)
            let place = facts?.latitude.flatMap { latitude in facts?.longitude.map { "\(latitude),\($0)" } }
            check(sample.gps, sample, "place", place, Self.isSamePlace, &places)
        }
        try printer.print(Figure("dates_equal", dates.count(where: \.self), of: dates.count))
        try printer.print(Figure("cameras_equal", cameras.count(where: \.self), of: cameras.count))
        try printer.print(Figure("places_equal", places.count(where: \.self), of: places.count))
        try printer.print(Figure("corrupt_accounted", accounted, of: broken))
    }

    private func check(
        _ expected: String, _ sample: SampleLibrary.Sample, _ what: String, _ actual: String?,
        _ isSame: (String, String) -> Bool, _ results: inout [Bool]
    ) {
        guard !expected.isEmpty else { return }
        let matches = isSame(expected, actual ?? "")
        if !matches { printer.note("\(sample.path): the \(what) is \(actual ?? "missing"), not \(expected)") }
        results.append(matches)
    }

    /// `2012:08:05 11:39:59` and `2012-08-05T11:39:59.000+02:00` are the same second on the wall.
    private static func isSameDate(_ expected: String, _ actual: String) -> Bool {
        let digits = expected.prefix(19).filter(\.isNumber)
        return digits.count == 14 && digits == actual.prefix(19).filter(\.isNumber)
    }

    /// The manifest gives five decimals, about a metre.
    private static func isSamePlace(_ expected: String, _ actual: String) -> Bool {
        let (left, right) = (expected.split(separator: ","), actual.split(separator: ","))
        guard left.count == 2, right.count == 2 else { return false }
        return zip(left, right).allSatisfy { pair in
            guard let first = Double(pair.0), let second = Double(pair.1) else { return false }
            return abs(first - second) < 2e-5
        }
    }
}
