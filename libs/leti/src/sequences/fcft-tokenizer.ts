/** What training sequences need of a tokenizer; `Tokenizer` of the tokenizer package is one. */
export interface FcftTokenizer {
  /**
   * Token ids of a text, nothing added in front or behind. A special token spelled in the text stays characters: a
   * program may raise an error whose text is `<|good|>`, and it must not become the token.
   */
  encode(text: string): readonly number[];
  /** Ids that go before every sequence, e.g. Llama's `<|begin_of_text|>`; none for CodeGen. */
  readonly prefixIds: readonly number[];
  readonly special: {
    readonly good: number;
    readonly bad: number;
    readonly langFeedback: number;
    readonly endLangFeedback: number;
    readonly eos: number;
  };
}
