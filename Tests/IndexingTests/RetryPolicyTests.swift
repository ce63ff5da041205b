import MediaTypes
import Testing

@testable import Indexing

struct RetryPolicyTests {
    private func failure(_ cause: JobFailure.Cause) -> JobFailure {
        JobFailure(code: "any", message: "Any.", cause: cause)
    }

    @Test(arguments: [
        (JobFailure.Cause.file, 1, RetryPolicy.Verdict.giveUp),
        (.chance, 1, .retry(after: .seconds(10))),
        (.chance, 3, .retry(after: .seconds(40))),
        (.chance, 4, .giveUp),
        (.changed, 9, .recheck(after: .seconds(10))),
        (.gone, 9, .putBack(after: .seconds(60))),
        (.service, 9, .putBack(after: .zero)),
    ])
    func `each cause has its verdict`(cause: JobFailure.Cause, attempts: Int, verdict: RetryPolicy.Verdict) {
        #expect(RetryPolicy().verdict(on: failure(cause), attempts: attempts) == verdict)
    }

    @Test func `a service is asked ever more rarely, at least every two minutes, and at once after a success`() {
        var backoff = ServiceBackoff()
        let waits = (0..<9).map { _ in backoff.failed() }
        #expect(waits.prefix(3) == [.seconds(2), .seconds(4), .seconds(8)])
        #expect(waits.last == .seconds(120))
        backoff.succeeded()
        #expect(backoff.failed() == .seconds(2))
    }
}

struct RateEstimatorTests {
    @Test func `the rate is that of the last five minutes`() {
        var rates = RateEstimator()
        rates.jobEnded(.words, at: 0)
        for second in stride(from: 1000.0, through: 1060, by: 2) { rates.jobEnded(.words, at: second) }
        #expect(rates.perMinute(.words, at: 1060) == 30)
        #expect(rates.perMinute(.words, at: 5000) == nil)
    }

    @Test func `time left is the sum of what shares the processor, and unknown while a stage has not begun`() {
        var rates = RateEstimator()
        for second in stride(from: 0.0, through: 60, by: 1) { rates.jobEnded(.facts, at: second) }
        for second in stride(from: 0.0, through: 60, by: 6) { rates.jobEnded(.words, at: second) }
        let pace = rates.pace(queued: [.facts: 60, .words: 10], canDescribe: false, at: 60)
        #expect(pace.filesPerMinute == 60 || pace.filesPerMinute == 10)
        #expect(pace.secondsLeft == 120)
        #expect(rates.pace(queued: [.identity: 1], canDescribe: false, at: 60).secondsLeft == nil)
    }

    @Test func `descriptions that no engine takes are not waited for`() {
        var rates = RateEstimator()
        for second in stride(from: 0.0, through: 60, by: 1) { rates.jobEnded(.facts, at: second) }
        #expect(rates.pace(queued: [.facts: 60, .description: 500], canDescribe: false, at: 60).secondsLeft == 60)
        #expect(rates.pace(queued: [.facts: 60, .description: 500], canDescribe: true, at: 60).secondsLeft == nil)
    }
}
