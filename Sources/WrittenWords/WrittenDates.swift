/// Days as people write them.
enum WrittenDates {
    /// - Days whose order of day and month is open, such as 03/04/2024, are no facts: either reading may be wrong.
    static func facts(in line: LinePieces) -> [WrittenFact] {
        line.indices.compactMap { place in
            guard line[place]?.kind == .number else { return nil }
            return yearFirst(at: place, line) ?? dotted(at: place, line) ?? stroked(at: place, line)
        } + named(in: line)
    }

    // MARK: In numbers

    private static let yearEnds: Set<Substring> = ["-", "/", ".", "年", "년"]
    private static let monthEnds: Set<Substring> = ["-", "/", ".", "月", "월"]
    private static let point: Set<Substring> = ["."]
    private static let strokes: Set<Substring> = ["/", "-"]
    private static let colon: Set<Substring> = [":"]
    private static let joints: Set<Substring> = [".", ",", ":", "-", "/"]

    /// “2024-03-14”, “2024/3/14”, “2024. 3. 14”, “2024年3月14日”, “2024년 3월 14일”.
    private static func yearFirst(at start: Int, _ line: LinePieces) -> WrittenFact? {
        guard let year = line.number(start, digits: 4...4), !isInsideNumber(start, line) else { return nil }
        // “v2024-01-02” is a version.
        if let before = line[start - 1], before.kind == .word, before.text.utf8.allSatisfy({ $0 < 0x80 }) { return nil }
        let firstMark = line.afterBlank(start + 1)
        let monthPlace = line.afterBlank(firstMark + 1)
        let secondMark = line.afterBlank(monthPlace + 1)
        let dayPlace = line.afterBlank(secondMark + 1)
        guard line.isOne(of: yearEnds, firstMark), line.isOne(of: monthEnds, secondMark),
            let month = line.number(monthPlace, digits: 1...2),
            let day = line.number(dayPlace, digits: 1...2) ?? beforeTime(dayPlace, digits: 2, line)
        else { return nil }
        return fact(line.text(start...dayPlace), year: year, month: month, day: day)
    }

    /// “14.3.2024”, “14. 3. 2024”.
    private static func dotted(at start: Int, _ line: LinePieces) -> WrittenFact? {
        guard let day = line.number(start, digits: 1...2), !line.isOne(of: point, start - 1),
            line.isOne(of: point, start + 1)
        else { return nil }
        let monthPlace = line.afterBlank(start + 2)
        let yearPlace = line.afterBlank(monthPlace + 2)
        guard let month = line.number(monthPlace, digits: 1...2), line.isOne(of: point, monthPlace + 1),
            let year = year(yearPlace, line),
            !(line.isOne(of: point, yearPlace + 1) && line[yearPlace + 2]?.kind == .number)
        else { return nil }
        return fact(line.text(start...yearPlace), year: year, month: month, day: day)
    }

    /// “31/12/2022”, “12/31/2022”, “31-12-2022”.
    private static func stroked(at start: Int, _ line: LinePieces) -> WrittenFact? {
        guard let first = line.number(start, digits: 1...2), line.isOne(of: strokes, start + 1),
            let second = line.number(start + 2, digits: 1...2), line.isOne(of: strokes, start + 3),
            let year = year(start + 4, line), !line.isOne(of: strokes, start - 1),
            !line.isOne(of: strokes, start + 5), first > 12 || second > 12 || first == second
        else { return nil }
        let (day, month) = first > 12 ? (first, second) : (second, first)
        return fact(line.text(start...start + 4), year: year, month: month, day: day)
    }

    private static func year(_ place: Int, _ line: LinePieces) -> Int? {
        line.number(place, digits: 4...4) ?? beforeTime(place, digits: 4, line)
    }

    /// The end of a day to which a time is glued, as some readers do: the 2024 of “03/14/202417:02”.
    private static func beforeTime(_ place: Int, digits: Int, _ line: LinePieces) -> Int? {
        guard let piece = line[place], piece.kind == .number, piece.count == digits + 2,
            line.isOne(of: colon, place + 1), line[place + 2]?.kind == .number
        else { return nil }
        return Int(piece.text.prefix(digits))
    }

    /// Whether a number goes on before a place: the 2024 of “1.2.2024”, the 30 of “10:30”.
    private static func isInsideNumber(_ place: Int, _ line: LinePieces) -> Bool {
        line.isOne(of: joints, place - 1) && line[place - 2]?.kind == .number
    }

    // MARK: With names

    /// “24. Februar 2021”, “24 de febrero de 2021”, “February 24th, 2021”.
    private static func named(in line: LinePieces) -> [WrittenFact] {
        guard line.pieces.contains(where: { $0.kind == .number && $0.count >= 4 }) else { return [] }
        let places = line.indices.filter { place in
            switch line.pieces[place].kind {
            case .number: true
            case .word: !fillers.contains(line.pieces[place].text.lowercased())
            case .blank, .mark: false
            }
        }
        return places.indices.compactMap { index in
            guard line.pieces[places[index]].kind == .word,
                let month = months[line.pieces[places[index]].text.lowercased()]
            else { return nil }
            func fact(day: Int, year: Int) -> WrittenFact? {
                let range = min(index, day)...max(index, year)
                guard places.indices.contains(range.lowerBound), places.indices.contains(range.upperBound),
                    !isInsideNumber(places[day], line)
                else { return nil }
                return Self.fact(
                    line.text(places[range.lowerBound]...places[range.upperBound]),
                    year: Self.year(places[year], line), month: month,
                    day: line.number(places[day], digits: 1...2))
            }
            return fact(day: index - 1, year: index + 1) ?? fact(day: index + 1, year: index + 2)
        }
    }

    /// Words within a day, and the ends of its ordinal numbers.
    private static let fillers: Set<String> = [
        "de", "do", "del", "of", "the", "st", "nd", "rd", "th", "er", "º",
    ]

    /// By the name of the month in small letters: en, de, fr, es, it, pt, nl, ru, whole and shortened.
    private static let months: [String: Int] = {
        let names = [
            "january,jan,januar,janvier,janv,enero,ene,gennaio,gen,janeiro,januari,января",
            "february,feb,februar,février,fevrier,févr,fevr,febrero,febbraio,fevereiro,fev,februari,февраля",
            "march,mar,märz,marz,mars,marzo,março,marco,maart,mrt,марта", "april,apr,avril,avr,abril,abr,aprile,апреля",
            "may,mai,mayo,maggio,mag,maio,mei,мая", "june,jun,juni,juin,junio,giugno,giu,junho,июня",
            "july,jul,juli,juillet,juil,julio,luglio,lug,julho,июля",
            "august,aug,août,aout,agosto,ago,augustus,августа",
            "september,sep,sept,septembre,septiembre,settembre,set,setembro,сентября",
            "october,oct,oktober,okt,octobre,octubre,ottobre,ott,outubro,out,октября",
            "november,nov,novembre,noviembre,novembro,ноября",
            "december,dec,dezember,dez,décembre,decembre,déc,diciembre,dic,dicembre,dezembro,декабря",
        ]
        var months: [String: Int] = [:]
        for (index, list) in names.enumerated() {
            for name in list.split(separator: ",") { months[String(name)] = index + 1 }
        }
        return months
    }()

    private static func fact(_ text: Substring, year: Int?, month: Int?, day: Int?) -> WrittenFact? {
        guard let year, let month, let day, (1900...2100).contains(year), (1...12).contains(month) else { return nil }
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let length = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
        guard (1...length).contains(day) else { return nil }
        func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
        return WrittenFact(kind: .date, text: String(text), normal: "\(year)-\(two(month))-\(two(day))")
    }
}
