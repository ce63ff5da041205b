import Foundation
import GRDB

/// Distances on Earth, and the SQL function of that name.
enum GeoDistance {
    /// `distance_km(latitude, longitude, latitude, longitude)`; NULL where one is.
    static let function = DatabaseFunction("distance_km", argumentCount: 4, pure: true) { values in
        let degrees = values.compactMap(Double.fromDatabaseValue)
        guard degrees.count == 4 else { return nil }
        return kilometres(from: (degrees[0], degrees[1]), to: (degrees[2], degrees[3]))
    }

    /// The great-circle distance by the haversine formula, on a sphere of the Earth's mean radius: within 0.5 %.
    static func kilometres(
        from start: (latitude: Double, longitude: Double), to end: (latitude: Double, longitude: Double)
    ) -> Double {
        func squaredHalfSine(_ degrees: Double) -> Double {
            let sine = sin(degrees * .pi / 360)
            return sine * sine
        }
        let haversine =
            squaredHalfSine(end.latitude - start.latitude)
            + cos(start.latitude * .pi / 180) * cos(end.latitude * .pi / 180)
            * squaredHalfSine(end.longitude - start.longitude)
        return 2 * 6371.0088 * asin(min(1, haversine.squareRoot()))
    }
}
