//! Decimal literals.

use rust_decimal::Decimal;

/// A decimal, read from a literal at compile time: `dec!(25.00)` keeps both decimals.
///
/// Works without `rust_decimal` among the caller's own dependencies.
///
/// ```
/// use p21_model::dec;
/// assert_eq!(dec!(25.00).to_string(), "25.00");
/// assert_eq!(dec!(-3).to_string(), "-3");
/// ```
///
/// ```compile_fail
/// p21_model::dec!("25.00");
/// ```
#[macro_export]
macro_rules! dec {
    ($($literal:tt)+) => {
        const { $crate::value::decimal_literal(concat!($(stringify!($literal)),+)) }
    };
}

/// Reads a literal for [`dec!`](crate::dec).
#[doc(hidden)]
pub const fn decimal_literal(text: &str) -> Decimal {
    let bytes = text.as_bytes();
    let negative = bytes[0] == b'-';
    let mut digits: u128 = 0;
    let mut scale = 0;
    let mut in_fraction = false;
    let mut any_digit = false;
    let mut at = negative as usize;
    while at < bytes.len() {
        match bytes[at] {
            digit @ b'0'..=b'9' => {
                digits = digits * 10 + (digit - b'0') as u128;
                assert!(digits >> 96 == 0, "the number has too many digits for a decimal");
                scale += in_fraction as u32;
                any_digit = true;
            }
            b'.' if !in_fraction => in_fraction = true,
            b'_' => {}
            _ => panic!("not a decimal number such as 25.00"),
        }
        at += 1;
    }
    assert!(any_digit, "not a decimal number such as 25.00");
    assert!(scale <= Decimal::MAX_SCALE, "the number has too many decimals");
    Decimal::from_parts(digits as u32, (digits >> 32) as u32, (digits >> 64) as u32, negative, scale)
}

#[cfg(test)]
mod tests {
    #[test]
    fn literals_keep_their_decimals() {
        assert_eq!(dec!(0.50).to_string(), "0.50");
        assert_eq!(dec!(1_000).to_string(), "1000");
        assert_eq!(dec!(-79228162514264337593543950335).to_string(), "-79228162514264337593543950335");
    }
}
