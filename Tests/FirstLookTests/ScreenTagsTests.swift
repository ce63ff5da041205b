import MediaTypes
import Testing

@testable import FirstLook

struct ScreenTagsTests {
    private let size = PixelSize(width: 800, height: 600)

    /// Lines below each other, the last at the foot of the picture.
    private func screen(_ text: String) -> [FoundLine] {
        let texts = text.split(separator: "|").map { $0.trimmingPrefix(" ") }
        return texts.enumerated().map { index, text in
            let y = 560 * Double(index + 1) / Double(texts.count)
            let (left, right) = (20.0, 20 + Double(text.count) * 8)
            return FoundLine(
                text: String(text), confidence: 1,
                corners: [
                    Point(x: left, y: y), Point(x: right, y: y), Point(x: right, y: y + 16), Point(x: left, y: y + 16),
                ])
        }
    }

    @Test(arguments: [
        ("REWE Markt|Milch 1,19 €|Brot 2,49 €|Kaffee 5,99 €|Summe 9,67 €|MwSt 7%|Quittung", ScreenKind.receipt),
        ("Tax invoice|Widget 12.00|Gadget 30.00|Subtotal 42.00|VAT 8.40|Total 50.40", .receipt),
        ("Facture|TVA 20 %|Totale", .receipt), ("領収書|合計 1,980円|消費税 180円", .receipt),
        ("Boarding pass|Flight LH 123|Gate B12|Seat 14C|Passenger", .ticket),
        ("Bordkarte|Flug LH 400|Sitz 22A|Gate A9", .ticket), ("搭乗券|便名 NH12|座席 3A", .ticket),
        ("Application error|The file could not be opened.|OK", .error),
        ("Fehler|Datei konnte nicht gelesen werden|OK", .error),
        ("Erreur|Impossible de lire le fichier|Fermer", .error), ("エラー|保存できません|OK", .error),
        ("anna@host:~/src$ ls -la|total 40|anna@host:~/src$ git status|anna@host:~/src$ make", .terminal),
        ("# apt-get update|bash: foo: command not found|$ sudo reboot", .terminal),
        ("import sys|def main(args):|return args.run()|class Runner:|x = os.path.join(a, b)", .code),
        ("let x = 3;|if (x > 2) {|return foo.bar(x);|}", .code),
        ("Sign in|Username|Password|Forgot password?", .login), ("ログイン|パスワード", .login),
        ("Anmelden|Benutzername|Passwort vergessen?", .login),
        ("Inbox|Subject: Lunch|Reply|Forward", .mail), ("Posteingang|Betreff: Angebot|Antworten", .mail),
        ("Settings|Wi-Fi|Bluetooth|Notifications|Privacy", .settings), ("設定|通知|Bluetooth", .settings),
        ("Save changes?|Your work is not saved.|It will be lost.|What now?|Don't save|Cancel|Save", .dialog),
        ("New Ctrl+N|Open Ctrl+O|Save Ctrl+S|Quit Ctrl+Q", .menu),
        ("Type a message|Anna online|typing", .chat), ("输入消息|在线", .chat),
    ])
    func `words and forms tell the kind`(text: String, kind: ScreenKind) {
        #expect(ScreenTags.tags(of: screen(text), in: size).first?.kind == kind)
    }

    @Test(arguments: ["", "Hello|world", "STOP", "Exit 12"])
    func `little text tells nothing`(text: String) {
        #expect(ScreenTags.tags(of: screen(text), in: size).isEmpty)
    }

    @Test func `nearness adds to what the words say`() {
        let lines = screen("Summe|Milch")
        #expect(ScreenTags.tags(of: lines, in: size).isEmpty)
        #expect(ScreenTags.tags(of: lines, in: size, nearness: [.receipt: 0.6]).map(\.kind) == [.receipt])
    }

    @Test func `a title names the program`() {
        #expect(ScreenTags.application(in: screen("GIMP|a|b|c|d|e|f|g|h|i"), size: size) == "GIMP")
        #expect(ScreenTags.application(in: screen("a|b|c|d|e|f|g|h|i|GIMP"), size: size) == nil)
    }
}
