import Testing

struct ClosenessTests {
    @Test func `one wrong element, a NaN and a missing element are mismatches`() {
        #expect(firstMismatch([1, 2], [1, 2], relative: 0) == nil)
        #expect(firstMismatch([1, 2.1], [1, 2], relative: 0.01) != nil)
        #expect(firstMismatch([1, .nan], [1, 2], relative: 1) != nil)
        #expect(firstMismatch([1], [1, 2], relative: 1) != nil)
    }
}
