// SM3 (GB/T 32905-2016): the compression of one block of 16 words.

const IV = Int32Array.of(
  0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e,
);
const rol = (x, n) => (x << n) | (x >>> (32 - n));
// a shift by 32 is one by 0 in JavaScript, so that turning by 0 gives the word itself
const T = Int32Array.from({ length: 64 }, (_, j) => rol(j < 16 ? 0x79cc4519 : 0x7a879d8a, j % 32));

/** `state` (8 words) after the block in `w[0..15]`; `w` has at least 68 words and is overwritten. */
function compress(state, w) {
  for (let j = 16; j < 68; j++) {
    const x = w[j - 16] ^ w[j - 9] ^ rol(w[j - 3], 15);
    w[j] = x ^ rol(x, 15) ^ rol(x, 23) ^ rol(w[j - 13], 7) ^ w[j - 6];
  }
  let a = state[0], b = state[1], c = state[2], d = state[3];
  let e = state[4], f = state[5], g = state[6], h = state[7];
  for (let j = 0; j < 64; j++) {
    const a12 = rol(a, 12);
    const ss1 = rol((a12 + e + T[j]) | 0, 7);
    const ff = j < 16 ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
    const gg = j < 16 ? e ^ f ^ g : (e & f) | (~e & g);
    const tt1 = (ff + d + (ss1 ^ a12) + (w[j] ^ w[j + 4])) | 0;
    const tt2 = (gg + h + ss1 + w[j]) | 0;
    d = c;
    c = rol(b, 9);
    b = a;
    a = tt1;
    h = g;
    g = rol(f, 19);
    f = e;
    e = tt2 ^ rol(tt2, 9) ^ rol(tt2, 17);
  }
  state[0] ^= a;
  state[1] ^= b;
  state[2] ^= c;
  state[3] ^= d;
  state[4] ^= e;
  state[5] ^= f;
  state[6] ^= g;
  state[7] ^= h;
}

export const SM3 = { iv: IV, compress };
