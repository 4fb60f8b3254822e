// What a check refuses: a stable code, and the parameters of its sentence. The page has the sentences.

/** The step it happens in does not hold. */
export class Refusal extends Error {
  constructor(code, params = {}) {
    super(code);
    this.code = code;
    this.params = params;
  }
}

/** What was given is no bundle: nothing is checked. */
export class NoBundle extends Refusal {}

export function need(condition, code, params) {
  if (!condition) throw new Refusal(code, params);
}
