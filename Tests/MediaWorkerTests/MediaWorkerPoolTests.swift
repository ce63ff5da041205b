import Glibc
import MediaTypes
import TestSupport
import Testing

@testable import MediaWorker

@Suite struct MediaWorkerPoolTests {
    private let photo = Fixtures.named("photos/harbour.jpg")

    @Test func `the real worker tells facts, thumbnails, pictures and words`() async throws {
        let pool = WatchedPool().pool
        let reading = try await pool.facts(of: photo.path, identity: photo.path.identity)
        #expect(reading.facts.size == photo.facts.size)
        #expect(reading.facts.format == photo.facts.format)
        #expect(reading.thumbnails.count == 2)
        let pictures = try await pool.pictures(
            of: photo.path, identity: photo.path.identity,
            order: PictureOrder(format: .jpeg, longSide: 100, frameLongSide: 100, frames: .evenly(1)))
        #expect(pictures.map(\.size.longSide) == [100])
        #expect(pictures.first?.bytes.starts(with: [0xFF, 0xD8]) == true)
        let letter = Fixtures.named("screenshots/dialog-english.png")
        let text = try await pool.words(in: letter.path, identity: letter.path.identity)
        #expect(!text.lines.isEmpty)
        #expect(pool.health.failures == 0)
    }

    @Test func `the real worker finds no way out of its sandbox`() async throws {
        let readiness = try await WatchedPool().pool.readiness()
        #expect(readiness.sandbox.leaks == [])
        #expect(readiness.sandbox.isFilteringCalls)
        #expect(readiness.sandbox.landlockVersion != nil, "this kernel has no Landlock, or it is switched off")
    }

    @Test func `the sandbox leaves the decoders of every format what they need`() async throws {
        let pool = WatchedPool().pool
        for fixture in Fixtures.sound {
            let reading = try await pool.facts(of: fixture.path, identity: fixture.path.identity)
            #expect(reading.facts.size == fixture.facts.size, "\(fixture)")
            #expect(reading.facts.damage == nil || fixture.name == "broken/really-png.jpg", "\(fixture)")
            #expect(reading.thumbnails.count == 2, "\(fixture)")
            let pictures = try await pool.pictures(
                of: fixture.path, identity: fixture.path.identity,
                order: PictureOrder(format: .jpeg, longSide: 64, frameLongSide: 64, frames: .evenly(2)))
            #expect(!pictures.isEmpty, "\(fixture)")
        }
        #expect(pool.health.failures == 0)
    }

    @Test func `language data that a picture turns out to need is loaded inside the sandbox`() async throws {
        let pool = WatchedPool { $0.settings = WorkerSettings(languages: ["eng", "rus"]) }.pool
        let readiness = try await pool.readiness()
        guard readiness.words.languages.contains("rus") else {
            print("skipped: Tesseract's data for Russian is not installed")
            return
        }
        let dialog = Fixtures.named("screenshots/dialog-russian.png")
        let text = try await pool.words(in: dialog.path, identity: dialog.path.identity)
        #expect(text.languages == "eng+rus")
        #expect(pool.health.failures == 0)
    }

    @Test(arguments: Fixtures.broken)
    func `a broken file costs no worker`(fixture: Fixture) async throws {
        let pool = WatchedPool().pool
        let broken = await failure { () throws(JobFailure) in
            _ = try await pool.facts(of: fixture.path, identity: fixture.path.identity)
        }
        #expect(broken?.code != "crashed" && broken?.code != "timed-out")
        #expect(broken?.cause ?? .file == .file)
        #expect(pool.health.failures == 0)
    }

    @Test func `missing language data is said, and stops words only`() async throws {
        let directory = try TemporaryDirectory()
        let pool = WatchedPool { $0.settings = WorkerSettings(languages: ["xxx"], tesseractData: directory.path.text) }
            .pool
        let readiness = try await pool.readiness()
        #expect(!readiness.words.isAvailable)
        #expect(readiness.words.missing == ["xxx"])
        let words = await failure { () throws(JobFailure) in
            _ = try await pool.words(in: photo.path, identity: photo.path.identity)
        }
        #expect(words?.code == "words-unavailable")
        #expect(words?.cause == .service)
        _ = try await pool.facts(of: photo.path, identity: photo.path.identity)
    }

    // MARK: The file

    @Test func `a file that is gone, or changed, or no file is told from one another`() async throws {
        let directory = try TemporaryDirectory()
        let file = try directory.copy(photo)
        let known = file.identity
        var smaller = known
        smaller.byteCount -= 1
        var older = known
        older.modifiedAt -= 0.001
        try directory.makeDirectory("folder")
        let fifo = directory.path("fifo")
        fifo.withCString { _ = mkfifo($0, 0o600) }
        let link = directory.path("link")
        link.withCString { link in file.withCString { file in _ = symlink(file, link) } }
        let pool = WatchedPool().pool
        let cases: [(MediaPath, FileIdentity, String, JobFailure.Cause)] = [
            (file, smaller, "changed", .changed), (file, older, "changed", .changed),
            (directory.path("none"), known, "gone", .gone), (directory.path("folder"), known, "unreadable", .file),
            (fifo, fifo.identity, "unreadable", .file), (link, known, "unreadable", .file),
        ]
        for (path, identity, code, cause) in cases {
            let found = await failure { () throws(JobFailure) in
                _ = try await pool.facts(of: path, identity: identity)
            }
            #expect(found?.code == code, "\(path.text)")
            #expect(found?.cause == cause, "\(path.text)")
        }
        #expect(pool.health.processes.isEmpty, "no worker is started for a file that cannot be opened")
    }

    // MARK: Workers that fail

    @Test func `a crash is blamed on the file at work, and the next file gets a new worker`() async throws {
        let worker = try ScriptedWorker(
            script: """
                if [ -e "$HERE/crashed" ]; then exec "$REAL" "$@"; fi
                : > "$HERE/crashed"
                cat "$READY" >&3
                head -c 1 <&3 >/dev/null
                kill -SEGV $$
                """)
        let watched = WatchedPool(worker)
        let crashed = await failure { () throws(JobFailure) in
            _ = try await watched.pool.facts(of: photo.path, identity: photo.path.identity)
        }
        #expect(crashed?.code == "crashed")
        #expect(crashed?.cause == .file)
        #expect(crashed?.message == "The decoder crashed on this file: it reached for memory that is not there.")
        #expect(watched.pool.health.failures == 1)
        let reading = try await watched.pool.facts(of: photo.path, identity: photo.path.identity)
        #expect(reading.facts.size == photo.facts.size)
    }

    @Test func `a worker that is killed from outside does not condemn the file`() async throws {
        let watched = WatchedPool(try ScriptedWorker(afterRequest: "kill -KILL $$"))
        let killed = await failure { () throws(JobFailure) in
            _ = try await watched.pool.facts(of: photo.path, identity: photo.path.identity)
        }
        #expect(killed?.code == "crashed")
        #expect(killed?.cause == .chance)
    }

    @Test func `a worker that dies while it is idle is replaced without blaming anyone`() async throws {
        let watched = WatchedPool()
        _ = try await watched.pool.readiness()
        let process = try #require(watched.pool.health.processes.first)
        kill(process, SIGKILL)
        // Ended, and left to be collected by the pool.
        var information = siginfo_t()
        waitid(P_PID, id_t(process), &information, WEXITED | WNOWAIT)
        _ = try await watched.pool.facts(of: photo.path, identity: photo.path.identity)
        #expect(watched.pool.health.failures == 1)
        #expect(watched.pool.health.processes != [process])
    }

    @Test func `a worker that stands still is ended at the deadline, the disk to blame`() async throws {
        let watched = WatchedPool(try ScriptedWorker(afterRequest: "kill -STOP $$")) {
            $0.factsDeadline = .milliseconds(50)
        }
        let stalled = await failure { () throws(JobFailure) in
            _ = try await watched.pool.facts(of: photo.path, identity: photo.path.identity)
        }
        #expect(stalled?.code == "timed-out")
        #expect(stalled?.cause == .chance)
        #expect(watched.pool.health.processes.isEmpty)
    }

    @Test func `a worker that never finishes is ended at the deadline, the file to blame`() async throws {
        let watched = WatchedPool(try ScriptedWorker(afterRequest: "while :; do :; done")) {
            $0.factsDeadline = .milliseconds(200)
            $0.patience = 10_000
        }
        let endless = await failure { () throws(JobFailure) in
            _ = try await watched.pool.facts(of: photo.path, identity: photo.path.identity)
        }
        #expect(endless?.code == "timed-out")
        #expect(endless?.cause == .file)
    }

    @Test(arguments: ["echo nonsense >&3; read x", "cat \"$READY\" >&3; read x <&3"])
    func `an answer that makes no sense ends the worker`(script: String) async throws {
        let watched = WatchedPool(try ScriptedWorker(afterRequest: script))
        let nonsense = await failure { () throws(JobFailure) in
            _ = try await watched.pool.facts(of: photo.path, identity: photo.path.identity)
        }
        #expect(nonsense?.code == "crashed")
        #expect(watched.pool.health.processes.isEmpty)
    }

    @Test(arguments: ["exit 3", "kill -SEGV $$"])
    func `a worker that ends at once makes the service unavailable, and is tried again later`(
        script: String
    ) async throws {
        let worker = try ScriptedWorker(script: ": >> \"$HERE/starts\"; echo >> \"$HERE/starts\"\n" + script)
        let pool = WatchedPool(worker) { $0.restartDelay = .seconds(3_600) }.pool
        for _ in 1...3 {
            let unavailable = await failure { () throws(JobFailure) in
                _ = try await pool.facts(of: photo.path, identity: photo.path.identity)
            }
            #expect(unavailable?.code == "worker-unavailable")
            #expect(unavailable?.cause == .service)
        }
        #expect(pool.health.trouble?.contains("ended at once") == true)
        #expect(try Fixtures.read(worker.directory.path("starts")).count == 1, "one start, the rest put off")
    }

    @Test func `a program that is not there is named`() async {
        let pool = WatchedPool(program: "/nonexistent/tintype-media").pool
        let missing = await failure { () throws(JobFailure) in _ = try await pool.readiness() }
        #expect(
            missing?.message
                == "No file can be read: /nonexistent/tintype-media cannot be started: No such file or directory.")
    }

    // MARK: Coming and going

    @Test func `cancelling returns at once and frees the worker`() async throws {
        let worker = try ScriptedWorker(
            script: """
                if [ -e "$HERE/stalled" ]; then exec "$REAL" "$@"; fi
                : > "$HERE/stalled"
                cat "$READY" >&3
                kill -STOP $$
                """)
        let watched = WatchedPool(worker) { $0.factsDeadline = .seconds(3_600) }
        let photo = photo
        let request = Task { () -> JobFailure? in
            await failure { () throws(JobFailure) in
                _ = try await watched.pool.facts(of: photo.path, identity: photo.path.identity)
            }
        }
        await watched.waitForEvent { if case .started = $0 { true } else { false } }
        request.cancel()
        #expect(await request.value?.code == "cancelled")
        _ = try await watched.pool.facts(of: photo.path, identity: photo.path.identity)
        #expect(watched.pool.health.failures == 0, "being called off is no failure")
    }

    @Test func `an idle worker ends by itself, and comes back`() async throws {
        let watched = WatchedPool { $0.idleAfter = .milliseconds(20) }
        _ = try await watched.pool.facts(of: photo.path, identity: photo.path.identity)
        await watched.waitForEvent { if case .retired = $0 { true } else { false } }
        #expect(watched.pool.health.processes.isEmpty)
        _ = try await watched.pool.facts(of: photo.path, identity: photo.path.identity)
        #expect(watched.pool.health.failures == 0)
    }

    @Test func `a worker is replaced after its share of files`() async throws {
        let watched = WatchedPool { $0.filesPerWorker = 2 }
        for _ in 1...4 { _ = try await watched.pool.facts(of: photo.path, identity: photo.path.identity) }
        await watched.pool.stop()
        var starts = 0
        var ends = 0
        for await event in watched.events {
            if case .started = event { starts += 1 }
            if case .retired = event { ends += 1 }
            if ends == 2 { break }
        }
        #expect(starts == 2)
    }

    @Test func `many requests at a time are all answered by few workers`() async throws {
        let pool = WatchedPool { $0.workerCount = 2 }.pool
        let photo = photo
        let answered = await withTaskGroup(of: Bool.self) { group in
            for _ in 1...12 {
                group.addTask {
                    await failure { () throws(JobFailure) in
                        _ = try await pool.facts(of: photo.path, identity: photo.path.identity)
                    } == nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(answered == 12)
        #expect(pool.health.processes.count <= 2)
    }
}
