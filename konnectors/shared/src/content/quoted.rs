//! QUOTED-PRINTABLE, which vCard 2.1 took from mail. In: the bytes of a line. Out: the bytes that
//! they stand for. Never here: more bytes out than in.

/// Does the line say before its value that it is written so?
pub fn is_announced(line: &[u8]) -> bool {
    let head = line.split(|byte| *byte == b':').next().unwrap_or(line);
    let mut pieces = head.split(|byte| matches!(byte, b';' | b'='));
    pieces.any(|piece| piece.eq_ignore_ascii_case(b"QUOTED-PRINTABLE"))
}

/// A `=` that two digits don't follow stays as it is.
pub fn decode(value: &[u8]) -> Vec<u8> {
    let digit = |at: usize| value.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let mut decoded = Vec::with_capacity(value.len());
    let mut at = 0;
    while let Some(byte) = value.get(at) {
        match (byte, digit(at + 1), digit(at + 2)) {
            (b'=', Some(high), Some(low)) => {
                decoded.extend(u8::try_from(high * 16 + low));
                at += 3;
            }
            _ => {
                decoded.push(*byte);
                at += 1;
            }
        }
    }
    decoded
}
