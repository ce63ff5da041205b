import Glibc
import MediaTypes

/// The wall clock of the machine's time zone.
public enum LocalTime {
    /// Seconds since 1970, now.
    public static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// The wall clock at a moment, as a file's modification time becomes a capture time.
    static func captureTime(at seconds: Double) -> CaptureTime? {
        let parts = wallClock(at: seconds)
        let fraction = seconds - seconds.rounded(.down)
        return CaptureTime(
            year: Int(parts.tm_year) + 1900, month: Int(parts.tm_mon) + 1, day: Int(parts.tm_mday),
            hour: Int(parts.tm_hour), minute: Int(parts.tm_min), second: Int(parts.tm_sec),
            millisecond: min(999, Int(fraction * 1000)), offsetMinutes: parts.tm_gmtoff / 60, source: .modified)
    }

    /// The day it is at a moment.
    static func day(at seconds: Double) -> CalendarDay {
        let parts = wallClock(at: seconds)
        return CalendarDay(year: Int(parts.tm_year) + 1900, month: Int(parts.tm_mon) + 1, day: Int(parts.tm_mday))
    }

    private static func wallClock(at seconds: Double) -> tm {
        // Times of files can be anything; what no calendar holds becomes 1970.
        var moment = time_t(exactly: seconds.rounded(.down)) ?? 0
        var parts = tm()
        if localtime_r(&moment, &parts) == nil {
            moment = 0
            localtime_r(&moment, &parts)
        }
        return parts
    }
}
