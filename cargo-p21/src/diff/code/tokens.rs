//! What a macro is given that is no list of expressions: `json!({"Name": "price"})`, `matches!(a, B | C)`.

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};

/// A thing in the tokens that may be a name.
pub(super) enum Word {
    /// `line::PRICE`, also a single word.
    Path(Vec<String>, Span),
    /// `.price(..)`.
    Method(Ident),
    /// A text.
    Text(syn::LitStr),
}

/// Every path, method and text, in order.
pub(super) fn words(tokens: TokenStream, words: &mut Vec<Word>) {
    let all: Vec<TokenTree> = tokens.into_iter().collect();
    let is_punct =
        |at: usize, wanted: char| matches!(all.get(at), Some(TokenTree::Punct(it)) if it.as_char() == wanted);
    let mut at = 0;
    while at < all.len() {
        match &all[at] {
            TokenTree::Ident(first) => {
                let mut path = vec![first.to_string()];
                let is_method = at > 0
                    && is_punct(at - 1, '.')
                    && matches!(all.get(at + 1), Some(TokenTree::Group(of)) if of.delimiter() == Delimiter::Parenthesis);
                while is_punct(at + 1, ':')
                    && is_punct(at + 2, ':')
                    && let Some(TokenTree::Ident(next)) = all.get(at + 3)
                {
                    path.push(next.to_string());
                    at += 3;
                }
                words.push(match is_method {
                    true => Word::Method(first.clone()),
                    false => Word::Path(path, first.span()),
                });
            }
            TokenTree::Group(group) => self::words(group.stream(), words),
            token @ TokenTree::Literal(_) => {
                words.extend(syn::parse2::<syn::LitStr>(token.clone().into()).ok().map(Word::Text));
            }
            TokenTree::Punct(_) => {}
        }
        at += 1;
    }
}
