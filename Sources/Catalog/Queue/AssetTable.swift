import Foundation
import GRDB
import MediaTypes

/// The rows of `asset` inside one transaction.
struct AssetTable {
    let db: Database

    static let upsert = """
        INSERT INTO asset(content_hash, byte_count) VALUES (?, ?)
        ON CONFLICT (content_hash) DO UPDATE SET byte_count = excluded.byte_count RETURNING id
        """
    static let columns = """
        content_hash, facts_at, kind, format, width, height, duration, orientation, taken_at, taken_offset,
        taken_source, camera_make, camera_model, lens, exposure_time, f_number, iso, focal_length, latitude,
        longitude, altitude, perceptual_hash, is_screenshot, damage
        """
    static let select = "SELECT \(columns) FROM asset WHERE id = ?"
    static let updateFacts = """
        UPDATE asset SET kind = ?, format = ?, width = ?, height = ?, duration = ?, orientation = ?, taken_at = ?,
            taken_offset = ?, taken_source = ?, camera_make = ?, camera_model = ?, lens = ?, exposure_time = ?,
            f_number = ?, iso = ?, focal_length = ?, latitude = ?, longitude = ?, altitude = ?, perceptual_hash = ?,
            is_screenshot = ?, damage = ?, facts_at = ? WHERE id = ?
        """
    static let updateWordsAt = "UPDATE asset SET words_at = ? WHERE id = ?"
    static let updateDescribedAt = "UPDATE asset SET described_at = ? WHERE id = ?"

    /// The asset of this content, entered where it is new.
    func id(of hash: ContentHash, byteCount: Int64) throws -> Int64 {
        let statement = try db.cachedStatement(sql: Self.upsert)
        guard let id = try Int64.fetchOne(statement, arguments: [Data(hash.bytes), byteCount])
        else { throw DatabaseError(resultCode: .SQLITE_INTERNAL, message: "an upsert returned no row") }
        return id
    }

    /// The content's hash, and its facts where they are known.
    func facts(of id: Int64) throws -> (hash: ContentHash?, facts: MediaFacts?)? {
        guard let row = try Row.fetchOne(db.cachedStatement(sql: Self.select), arguments: [id]) else { return nil }
        return (ContentHash(row.bytes(0)), Self.facts(in: row))
    }

    /// Stores what the stage `facts` found.
    func setFacts(_ facts: MediaFacts, of id: Int64, at now: Double) throws {
        let camera = facts.camera
        let values: [(any DatabaseValueConvertible)?] = [
            facts.kind.rawValue, facts.format, facts.size.width, facts.size.height, facts.duration, facts.orientation,
            facts.takenAt?.local, facts.takenAt?.offsetMinutes, facts.takenAt?.source.rawValue, camera.make,
            camera.model, camera.lens, camera.exposureTime, camera.fNumber, camera.iso, camera.focalLength,
            facts.location?.latitude, facts.location?.longitude, facts.location?.altitude,
            facts.perceptualHash.map(Int64.init(bitPattern:)), facts.isScreenshot, facts.damage, now, id,
        ]
        try db.cachedStatement(sql: Self.updateFacts).execute(arguments: StatementArguments(values))
    }

    /// The facts in a row of `columns`; `nil` where they are not known yet.
    static func facts(in row: Row) -> MediaFacts? {
        guard let _ = row[1] as Double?, let kind = MediaKind(rawValue: row[2]) else { return nil }
        let size = PixelSize(width: row[4] ?? 0, height: row[5] ?? 0)
        var facts = MediaFacts(kind: kind, format: row[3] ?? "", size: size)
        facts.duration = row[6]
        facts.orientation = row[7]
        if let local = row[8] as String?, let source = (row[10] as String?).flatMap(CaptureTime.Source.init) {
            facts.takenAt = CaptureTime(local: local, offsetMinutes: row[9], source: source)
        }
        facts.camera = camera(in: row)
        if let latitude = row[18] as Double?, let longitude = row[19] as Double? {
            facts.location = GeoLocation(latitude: latitude, longitude: longitude, altitude: row[20])
        }
        facts.perceptualHash = (row[21] as Int64?).map(UInt64.init(bitPattern:))
        facts.isScreenshot = row[22]
        facts.damage = row[23]
        return facts
    }

    private static func camera(in row: Row) -> CameraFacts {
        var camera = CameraFacts()
        camera.make = row[11]
        camera.model = row[12]
        camera.lens = row[13]
        camera.exposureTime = row[14]
        camera.fNumber = row[15]
        camera.iso = row[16]
        camera.focalLength = row[17]
        return camera
    }
}
