import Foundation

/// Finds exact facts in the words of a picture.
public enum WrittenFacts {
    /// The facts of some lines, each once, in their order.
    public static func facts(in texts: [String]) -> [WrittenFact] {
        var seen: Set<String> = []
        return texts.flatMap { text in
            addresses(in: text) + WrittenDates.facts(in: text) + WrittenAmounts.facts(in: text) + references(in: text)
        }.filter { seen.insert($0.kind.rawValue + " " + $0.normal).inserted }
    }

    /// The longest line that is looked at: a taken-over worker may send any, and the patterns' time grows with its square.
    private static let longestLine = 400

    /// Days and money in their normal forms, each once: what the words do not already say to a search. Of addresses and
    /// references the normal form differs by case alone.
    public static func normalForms(in text: String) -> [String] {
        var seen: Set<String> = []
        return text.split(separator: "\n").flatMap { line -> [WrittenFact] in
            guard line.utf8.count <= longestLine, line.contains(where: \.isNumber) else { return [] }
            return WrittenDates.facts(in: String(line)) + WrittenAmounts.facts(in: String(line))
        }.filter { $0.normal != $0.text && seen.insert($0.normal).inserted }.map(\.normal)
    }

    private static func addresses(in text: String) -> [WrittenFact] {
        let mails = text.matches(of: #/[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)*\.[A-Za-z]{2,}/#).map { match in
            WrittenFact(kind: .mailAddress, text: String(match.output), normal: match.output.lowercased())
        }
        let pages = text.matches(of: #/(?:https?://(?:www\.)?|www\.)([\w.\-]+\.[A-Za-z]{2,}[^\s<>"'）】、。]*)/#).map {
            match in
            var address = match.output.1
            while let last = address.last, ".,;:)!?/".contains(last) { address.removeLast() }
            let host = address.prefix { $0 != "/" && $0 != ":" }
            return WrittenFact(
                kind: .webAddress, text: String(match.output.0),
                normal: host.lowercased() + address.dropFirst(host.count))
        }
        return mails + pages
    }

    /// Words before a reference: en, de, fr, es, it, pt, nl, ru; and as they stand: ja, zh, ko.
    private static func references(in text: String) -> [WrittenFact] {
        let marked =
            #/
            (?i)(?:\b(?:order|booking|invoice|tracking|reservation|confirmation|reference|ref|pnr
            |bestell\w*|rechnungs?\w*|buchungs?\w*|auftrags?\w*|sendungs?\w*|commande|facture|r[eé]servation
            |pedido|factura|fattura|fatura|ordine|prenotazione|reserva|factuur\w*|заказ\w*)
            |注文番号|予約番号|订单号|订单编号|訂單編號|주문번호|예약번호)
            (?:\s*(?:no|nr|number|code|id|reference|n°|nº|numero|número|номер|№)\b)?
            [\s.:：\#№°º\-]*([A-Z0-9][A-Z0-9\-\/]{4,})\b
            /#
        return text.matches(of: marked).compactMap { match in
            let number = match.output.1
            // An ordinary word follows many of these words; a reference has a digit, or is written in capitals.
            guard number.contains(where: \.isNumber) || (number.count == 6 && number == number.uppercased()) else {
                return nil
            }
            return WrittenFact(kind: .reference, text: String(number), normal: number.uppercased())
        }
    }
}
