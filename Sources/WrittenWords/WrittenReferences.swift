/// The numbers of orders, bookings, invoices and parcels: what follows a word that says so.
enum WrittenReferences {
    static func facts(in line: LinePieces) -> [WrittenFact] {
        line.indices.compactMap { place in
            guard isOpening(place, line) else { return nil }
            var start = afterMarks(place + 1, line)
            if let label = line[start], label.kind == .word, labels.contains(label.text.lowercased()) {
                start = afterMarks(start + 1, line)
            }
            return number(from: start, line)
        }
    }

    /// The number without what groups its characters, as somebody types it who copies it by hand.
    static func ungrouped(_ number: String) -> String { number.filter { $0 != "-" && $0 != "/" } }

    /// en, de, fr, es, it, pt, nl, ru.
    private static let openings: Set<String> = [
        "order", "booking", "invoice", "tracking", "reservation", "réservation", "confirmation", "reference", "ref",
        "pnr", "commande", "facture", "pedido", "factura", "fattura", "fatura", "ordine", "prenotazione", "reserva",
    ]
    /// German, Dutch and Russian say “Rechnungsnummer” in one word.
    private static let stems = ["bestell", "rechnung", "buchung", "auftrag", "sendung", "factuur", "заказ"]
    private static let unspaced: Set<Substring> = [
        "注文番号", "予約番号", "订单号", "订单编号", "訂單編號", "주문번호", "예약번호",
    ]
    private static let labels: Set<String> = [
        "no", "nr", "number", "code", "id", "reference", "n", "nº", "numero", "número", "номер",
    ]

    private static func isOpening(_ place: Int, _ line: LinePieces) -> Bool {
        guard let piece = line[place], piece.kind == .word, piece.count >= 3 else { return false }
        let word = piece.text.lowercased()
        return openings.contains(word) || stems.contains { word.hasPrefix($0) }
            || unspaced.contains { piece.text.hasSuffix($0) }
    }

    private static let marks: Set<Substring> = [".", ":", "：", "#", "№", "°", "º", "-"]

    private static func afterMarks(_ place: Int, _ line: LinePieces) -> Int {
        var place = place
        while let piece = line[place], piece.kind == .blank || marks.contains(piece.text) { place += 1 }
        return place
    }

    /// Five characters or more. An ordinary word follows many of those words: a reference has a digit, or is six capitals.
    private static func number(from start: Int, _ line: LinePieces) -> WrittenFact? {
        var end = start
        while let piece = line[end], isPart(piece) {
            end += 1
            // “order-order-order…” would otherwise be walked through from each of its words.
            guard end - start <= mostPieces else { return nil }
        }
        while end > start, line[end - 1]?.kind == .mark { end -= 1 }
        guard end > start, line[start]?.kind != .mark else { return nil }
        let text = String(line.text(start...end - 1))
        guard text.utf8.count >= 5,
            text.utf8.contains(where: { (0x30...0x39).contains($0) }) || (text.count == 6 && text == text.uppercased())
        else { return nil }
        return WrittenFact(kind: .reference, text: text, normal: text.uppercased())
    }

    private static let mostPieces = 32

    private static func isPart(_ piece: LinePieces.Piece) -> Bool {
        switch piece.kind {
        case .number: true
        case .word: piece.text.utf8.allSatisfy { $0 < 0x80 }
        case .mark: piece.text == "-" || piece.text == "/"
        case .blank: false
        }
    }
}
