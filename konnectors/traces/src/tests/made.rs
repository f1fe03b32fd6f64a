use crate::fit::checksum;

/// Seconds since 1989, latitude and longitude in degrees.
pub type Fix = (u32, f64, f64);

fn semicircles(degrees: f64) -> [u8; 4] {
    ((degrees / 180.0 * 2_147_483_648.0).round() as i32).to_le_bytes()
}

/// Header and checksum around messages.
pub fn fit(messages: &[u8]) -> Vec<u8> {
    let mut file = vec![14, 0x20, 0, 0];
    file.extend(u32::try_from(messages.len()).unwrap().to_le_bytes());
    file.extend(b".FIT\0\0");
    file.extend(messages);
    let sum = checksum(&file);
    file.extend(sum.to_le_bytes());
    file
}

/// Records with a developer's field that nobody knows, and a session of cycling.
pub fn ride(fixes: &[Fix]) -> Vec<u8> {
    let mut messages = vec![0x60, 0, 0, 20, 0, 4, 253, 4, 0x86, 0, 4, 0x85, 1, 4, 0x85, 2, 2, 0x84];
    messages.extend([1, 9, 3, 0]);
    for (at, latitude, longitude) in fixes {
        messages.push(0);
        messages.extend(at.to_le_bytes());
        messages.extend(semicircles(*latitude));
        messages.extend(semicircles(*longitude));
        messages.extend(3500u16.to_le_bytes());
        messages.extend([1, 2, 3]);
    }
    // A session, with its numbers the other way round.
    messages.extend([0x41, 0, 1, 0, 18, 1, 5, 1, 0, 1, 2]);
    fit(&messages)
}
