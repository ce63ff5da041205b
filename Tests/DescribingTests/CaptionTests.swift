import Testing

@testable import Describing

struct CaptionTests {
    @Test(arguments: [
        ("This image shows a dog on a beach.", "A dog on a beach."),
        ("The image depicts two cats.", "Two cats."),
        ("The image is of a red car.", "A red car."),
        ("The image is blurry.", "Blurry."),
        ("The image appears to show a map.", "A map."),
        ("In this image, we can see a lake.", "A lake."),
        ("In this photo, there is a lake.", "A lake."),
        ("In the picture a man reads.", "A man reads."),
        ("this screenshot displays a terminal", "A terminal"),
        ("The provided photograph captures the Eiffel Tower.", "The Eiffel Tower."),
        ("Caption: The video shows children playing.", "Children playing."),
        ("The image shows the scene depicts a market.", "A market."),
        ("\"A quiet street.\"", "A quiet street."),
        ("The image quality is poor.", "Quality is poor."),
    ])
    func `boilerplate is stripped`(written: String, caption: String) {
        #expect(Caption.clean(written) == caption)
    }

    @Test(arguments: [
        "The picture frame hangs on a wall.", "The video game console stands on a table.", "This dog is asleep.",
        "The photo booth is empty.", "A photo of a dog lies on a desk.", "Images of saints line the wall.",
        "The image's colours are faded.",
    ])
    func `a subject that only sounds like boilerplate stays`(written: String) {
        #expect(Caption.clean(written) == written)
    }

    @Test func `a caption has at most three sentences`() {
        #expect(
            Caption.clean("One dog runs. Two cats sit! Three birds fly? Four fish.")
                == "One dog runs. Two cats sit! Three birds fly?")
        #expect(
            Caption.clean("Dr. Smith meets Mr. Jones at St. Mary. They smile. It rains. Done.")?.hasSuffix("It rains.")
                == true)
    }

    @Test func `a caption is bounded and on one line`() {
        let long = Caption.clean(String(repeating: "word ", count: 1000))
        #expect(long?.count ?? 0 <= Caption.limit && long?.hasSuffix("word…") == true)
        #expect(Caption.clean("a\\nb\nc\u{1B}[31m\u{202E}d\u{7}") == "A b c[31md")
    }
}

struct TagsTests {
    @Test func `tags are lower case, without doubles, and at most twelve`() {
        #expect(
            Tags.clean(["Dog", "dogs", " #Beach", "tag", "red_ball", "dog", "Sea;Sky"]) == [
                "dog", "beach", "red ball", "sea", "sky",
            ])
        let many = (0..<200).map { "thing \($0)" }
        #expect(Tags.clean(many).count == 12 && Tags.clean(many).first == "thing 0")
    }

    @Test(arguments: [
        "...", "", "nouns", "image", "a sentence that is far too long", String(repeating: "x", count: 41), "\u{1B}",
        "-",
    ])
    func `what is no tag is dropped`(tag: String) {
        #expect(Tags.clean([tag]).isEmpty)
    }

    @Test func `tags of other scripts stay`() {
        #expect(Tags.clean(["猫", "Šunka", "C++"]) == ["猫", "šunka", "c"])
    }
}

struct WrittenTextTests {
    @Test(arguments: ["", "None", "N/A", "No text.", " \n ", "..."])
    func `no words are no text`(written: String) {
        #expect(WrittenText.clean(written) == nil)
    }

    @Test func `lines stay as they are written`() {
        #expect(WrittenText.clean("Total  due:\t5 €\r\n\r\nThank you\u{0}\u{9B}31m") == "Total due: 5 €\nThank you31m")
    }

    @Test func `line ends escaped twice are line ends, and paths are not`() {
        #expect(WrittenText.clean(#"a\nb"#) == "a\nb")
        #expect(WrittenText.clean(#"C:\new\notes"#) == #"C:\new\notes"#)
        #expect(WrittenText.clean(#"grep \d\n"#) == #"grep \d\n"#)
    }

    @Test func `a model in a loop is cut short`() {
        #expect(WrittenText.clean(String(repeating: "again\n", count: 900)) == "again\nagain\nagain")
        #expect(WrittenText.clean((0..<9000).map { "\($0)\n" }.joined())?.count ?? .max <= WrittenText.limit)
    }
}

struct LanguageCodeTests {
    @Test(arguments: [
        ("en", "en"), ("DE", "de"), ("pt-br", "pt-BR"), ("zh_hans", "zh-Hans"), ("German", "de"), ("", nil),
        ("und", nil),
        ("none", nil), ("e1", nil), ("English and German", nil),
    ])
    func `a language is a code or nothing`(written: String, code: String?) {
        #expect(LanguageCode.clean(written) == code)
    }
}
