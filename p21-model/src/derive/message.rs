//! Messages that are put together while a program compiles.

/// Room for the longest message; what goes beyond ends in `...`.
const ROOM: usize = 1000;

/// A message.
pub(super) struct Message {
    bytes: [u8; ROOM],
    len: usize,
}

impl Message {
    pub(super) const fn new() -> Self {
        Self { bytes: [0; ROOM], len: 0 }
    }

    /// Adds text.
    pub(super) const fn text(mut self, text: &str) -> Self {
        let text = text.as_bytes();
        let mut at = 0;
        while at < text.len() && self.len < ROOM {
            self.bytes[self.len] = text[at];
            self.len += 1;
            at += 1;
        }
        if at < text.len() {
            self.cut();
        }
        self
    }

    /// Adds text between backticks.
    pub(super) const fn code(self, text: &str) -> Self {
        self.text("`").text(text).text("`")
    }

    /// Ends in `...` instead of half a character.
    const fn cut(&mut self) {
        let mut end = ROOM - 3;
        while self.bytes[end] & 0xc0 == 0x80 {
            end -= 1;
        }
        let mut at = 0;
        while at < 3 {
            self.bytes[end + at] = b'.';
            at += 1;
        }
        self.len = end + 3;
    }

    /// Stops the compiler with the message.
    #[track_caller]
    pub(super) const fn fail(&self) -> ! {
        let (bytes, _) = self.bytes.split_at(self.len);
        match std::str::from_utf8(bytes) {
            Ok(text) => panic!("{}", text),
            Err(_) => panic!("the derive found a mistake that it can't describe"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "`price` comes too early")]
    fn a_message_is_what_was_put_in() {
        Message::new().code("price").text(" comes too early").fail();
    }

    #[test]
    fn a_long_message_is_cut_between_characters() {
        let long = "é".repeat(ROOM);
        let message = Message::new().text("a").text(&long);
        let text = std::str::from_utf8(&message.bytes[..message.len]).unwrap();
        assert!(text.ends_with("é..."), "{text}");
    }
}
