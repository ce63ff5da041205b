import Foundation

/// Days as people write them.
enum WrittenDates {
    /// - Days whose order of day and month is open, such as 03/04/2024, are no facts: either reading may be wrong.
    static func facts(in text: String) -> [WrittenFact] {
        numbers(in: text) + named(in: text)
    }

    private static func numbers(in text: String) -> [WrittenFact] {
        let yearFirst = text.matches(of: #/\b(\d{4})\s?[\-\/.年년]\s?(\d{1,2})\s?[\-\/.月월]\s?(\d{1,2})(?!\d)/#).compactMap
        {
            fact(String($0.output.0), year: Int($0.output.1), month: Int($0.output.2), day: Int($0.output.3))
        }
        let dots = text.matches(of: #/(?:^|[^\d.])((\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4}))(?!\.?\d)/#).compactMap {
            fact(String($0.output.1), year: Int($0.output.4), month: Int($0.output.3), day: Int($0.output.2))
        }
        let strokes = text.matches(of: #/(?:^|[^\d\/\-])((\d{1,2})[\/\-](\d{1,2})[\/\-](\d{4}))(?![\d\/\-])/#)
            .compactMap {
                match -> WrittenFact? in
                guard let first = Int(match.output.2), let second = Int(match.output.3) else { return nil }
                guard first > 12 || second > 12 || first == second else { return nil }
                let (day, month) = first > 12 ? (first, second) : (second, first)
                return fact(String(match.output.1), year: Int(match.output.4), month: month, day: day)
            }
        return yearFirst + dots + strokes
    }

    /// “24. Februar 2021”, “24 de febrero de 2021”, “February 24, 2021”.
    private static func named(in text: String) -> [WrittenFact] {
        let words = folded(text).split(separator: " ").map(String.init).filter { !fillers.contains($0) }
        return words.indices.compactMap { place in
            guard let month = months[words[place]], place > 0 || words.count > place + 2 else { return nil }
            let day: (Int) -> Int? = { index in
                guard words.indices.contains(index) else { return nil }
                return Int(words[index].replacing(#/(st|nd|rd|th|er|º)$/#, with: ""))
            }
            if let number = day(place - 1), number <= 31, let year = day(place + 1) {
                return fact(
                    words[(place - 1)...(place + 1)].joined(separator: " "), year: year, month: month, day: number)
            }
            guard let number = day(place + 1), let year = day(place + 2) else { return nil }
            return fact(words[place...(place + 2)].joined(separator: " "), year: year, month: month, day: number)
        }
    }

    /// Small letters without accents, one blank between words.
    private static func folded(_ line: String) -> String {
        let plain = line.folding(options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive], locale: nil)
        return plain.split { !$0.isLetter && !$0.isNumber }.joined(separator: " ")
    }

    private static let fillers: Set<String> = ["de", "do", "del", "of", "the"]

    /// By the folded name of the month: en, de, fr, es, it, pt, nl, ru, whole and shortened.
    private static let months: [String: Int] = {
        let names = [
            "january,jan,januar,janvier,janv,enero,ene,gennaio,gen,janeiro,januari,января",
            "february,feb,februar,fevrier,fevr,febrero,febbraio,fevereiro,fev,februari,февраля",
            "march,mar,marz,mars,marzo,marco,maart,mrt,марта", "april,apr,avril,avr,abril,abr,aprile,апреля",
            "may,mai,mayo,maggio,mag,maio,mei,мая", "june,jun,juni,juin,junio,giugno,giu,junho,июня",
            "july,jul,juli,juillet,juil,julio,luglio,lug,julho,июля",
            "august,aug,aout,agosto,ago,augustus,августа",
            "september,sep,sept,septembre,septiembre,settembre,set,setembro,сентября",
            "october,oct,oktober,okt,octobre,octubre,ottobre,ott,outubro,out,октября",
            "november,nov,novembre,noviembre,novembro,ноября",
            "december,dec,dezember,dez,decembre,diciembre,dic,dicembre,dezembro,декабря",
        ]
        var months: [String: Int] = [:]
        for (index, list) in names.enumerated() {
            for name in list.split(separator: ",") { months[String(name)] = index + 1 }
        }
        return months
    }()

    private static func fact(_ text: String, year: Int?, month: Int?, day: Int?) -> WrittenFact? {
        guard let year, let month, let day, (1900...2100).contains(year), (1...12).contains(month) else { return nil }
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let length = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
        guard (1...length).contains(day) else { return nil }
        func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
        return WrittenFact(kind: .date, text: text, normal: "\(year)-\(two(month))-\(two(day))")
    }
}
