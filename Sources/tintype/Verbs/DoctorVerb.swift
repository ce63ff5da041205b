import ArgumentParser
import DaemonAPI

/// `tintype doctor`
struct DoctorVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check everything that a person can put right, and say how.")

    @OptionGroup var json: JSONOption

    func perform(in session: Session) async throws -> CommandStatus {
        let console = session.console
        let findings = await Examination(session: session).findings()
        for finding in findings {
            if json.isOn {
                try console.print(json: finding)
            } else {
                for line in lines(finding, console.paint) { try console.print(line) }
            }
        }
        return findings.allSatisfy { $0.state == .ok } ? .done : .failed
    }

    private func lines(_ finding: Finding, _ paint: Paint) -> [String] {
        let mark =
            switch finding.state {
            case .ok: paint.green("ok  ")
            case .warn: paint.yellow("warn")
            case .fail: paint.red("fail")
            }
        let remedy = finding.remedy.map { ["      " + SafeText.line($0)] } ?? []
        return ["\(mark)  " + SafeText.line(finding.message)] + remedy
    }
}
