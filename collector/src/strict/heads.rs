//! Where requests begin and end in what a connection sends, and what is ambiguous about it.
//!
//! A server behind a proxy must see the same requests as the proxy. hyper reads
//! what RFC 9112 lets it read: a `Transfer-Encoding` beside a `Content-Length`,
//! the same length twice, no `Host`, a line that ends without its carriage return. Each is
//! safe in itself, and each is how requests are smuggled past a proxy that reads
//! it otherwise. No browser and no proxy sends any of it, so it is refused.

/// A longer line is of no request that hyper would take.
const MAX_LINE_BYTES: usize = super::MAX_HEAD_BYTES;

/// Makes every parser fail where it stands: no part of a request may hold it.
const SPOILED: u8 = 0;

/// Follows the requests of one connection.
#[derive(Debug)]
pub(crate) struct Heads {
    part: Part,
    /// The line so far, without its end.
    line: Vec<u8>,
    framing: Framing,
}

/// What comes next.
#[derive(Debug)]
enum Part {
    /// The request line, or empty lines before it.
    Request,
    /// A header, or the empty line after the last.
    Header,
    /// So many bytes of a body.
    Body(u64),
    /// The line with the size of a chunk.
    ChunkSize,
    /// So many bytes of a chunk, with the end of its line.
    Chunk(u64),
    /// A trailer, or the empty line after the last.
    Trailer,
    /// Whatever comes: hyper refuses the head that came, and ends the connection.
    Refused,
}

/// What the head says of its body.
#[derive(Debug, Default)]
struct Framing {
    length: Option<u64>,
    is_chunked: bool,
    has_host: bool,
    /// HTTP/1.0, which knows no chunks.
    is_old: bool,
}

/// What two readers could understand in two ways.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ambiguous;

impl Heads {
    pub(crate) fn new() -> Self {
        Self {
            part: Part::Request,
            line: Vec::new(),
            framing: Framing::default(),
        }
    }

    /// Whether everything that was begun has arrived to its end.
    pub(crate) fn are_between_requests(&self) -> bool {
        matches!(self.part, Part::Request) && self.line.is_empty()
    }

    /// Looks at what has arrived.
    ///
    /// In a head, the byte at which it becomes ambiguous is spoiled, and hyper
    /// answers that it is malformed.
    ///
    /// # Errors
    ///
    /// A body is ambiguous. What is between its chunks hyper would partly pass
    /// over, so nothing of it may be used.
    pub(crate) fn look(&mut self, mut bytes: &mut [u8]) -> Result<(), Ambiguous> {
        while !bytes.is_empty() {
            match &mut self.part {
                Part::Refused => return Ok(()),
                Part::Body(left) => {
                    let skipped = skip(&mut bytes, left);
                    if *left == 0 && skipped {
                        self.part = Part::Request;
                    }
                }
                Part::Chunk(left) => {
                    if skip(&mut bytes, left) && *left == 0 {
                        self.part = Part::ChunkSize;
                    }
                }
                Part::Request | Part::Header | Part::ChunkSize | Part::Trailer => {
                    bytes = self.look_for_line(bytes)?;
                }
            }
        }
        Ok(())
    }

    /// Reads to the end of a line, and returns what follows.
    fn look_for_line<'a>(&mut self, bytes: &'a mut [u8]) -> Result<&'a mut [u8], Ambiguous> {
        let is_head = matches!(self.part, Part::Request | Part::Header);
        let Some(end) = bytes.iter().position(|byte| *byte == b'\n') else {
            self.line.extend_from_slice(bytes);
            if MAX_LINE_BYTES < self.line.len() {
                self.refuse(is_head)?;
            }
            return Ok(&mut []);
        };
        let (line, rest) = bytes.split_at_mut(end + 1);
        let mut whole = std::mem::take(&mut self.line);
        whole.extend_from_slice(line);
        let outcome = match whole.strip_suffix(b"\r\n") {
            Some(text) if !text.contains(&b'\r') => self.end_line(text),
            Some(_) | None => Err(Ambiguous),
        };
        if let (Err(Ambiguous), Some(last)) = (outcome, line.last_mut()) {
            *last = SPOILED;
            self.refuse(is_head)?;
        }
        // The buffer is used again.
        whole.clear();
        self.line = whole;
        Ok(rest)
    }

    /// Leaves a head to hyper, which refuses it, and fails for a body.
    fn refuse(&mut self, is_head: bool) -> Result<(), Ambiguous> {
        self.part = Part::Refused;
        wrong_if(!is_head)
    }

    fn end_line(&mut self, line: &[u8]) -> Result<(), Ambiguous> {
        self.part = match (&self.part, line) {
            (Part::Request, []) => Part::Request,
            (Part::Request, line) => {
                self.framing = Framing {
                    is_old: line.ends_with(b"HTTP/1.0"),
                    ..Framing::default()
                };
                Part::Header
            }
            (Part::Header, []) => self.framing.body()?,
            (Part::Header, line) => {
                self.framing.read(line)?;
                Part::Header
            }
            (Part::ChunkSize, line) => match chunk_size(line)? {
                0 => Part::Trailer,
                size => Part::Chunk(size.checked_add(2).ok_or(Ambiguous)?),
            },
            (Part::Trailer, []) => Part::Request,
            (Part::Trailer, _) => Part::Trailer,
            (Part::Body(_) | Part::Chunk(_) | Part::Refused, _) => Part::Refused,
        };
        Ok(())
    }
}

impl Framing {
    /// Reads a header line.
    fn read(&mut self, line: &[u8]) -> Result<(), Ambiguous> {
        // A line that goes on from the one before, as was allowed long ago.
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            return Err(Ambiguous);
        }
        let Some(colon) = line.iter().position(|byte| *byte == b':') else {
            return Err(Ambiguous);
        };
        let (name, value) = line.split_at(colon);
        let value = value.get(1..).unwrap_or_default().trim_ascii();
        if name.eq_ignore_ascii_case(b"content-length") {
            let length = number(value, 10).ok_or(Ambiguous)?;
            return wrong_if(self.length.replace(length).is_some());
        }
        if name.eq_ignore_ascii_case(b"transfer-encoding") {
            let was_chunked = std::mem::replace(&mut self.is_chunked, true);
            return wrong_if(was_chunked || !value.eq_ignore_ascii_case(b"chunked"));
        }
        if name.eq_ignore_ascii_case(b"host") {
            return wrong_if(std::mem::replace(&mut self.has_host, true));
        }
        Ok(())
    }

    /// What follows the head.
    fn body(&self) -> Result<Part, Ambiguous> {
        // RFC 9112 wants it, and what takes the host from elsewhere may take another.
        wrong_if(!self.has_host && !self.is_old)?;
        match (self.is_chunked, self.length) {
            (true, Some(_)) => Err(Ambiguous),
            (true, None) if self.is_old => Err(Ambiguous),
            (true, None) => Ok(Part::ChunkSize),
            (false, None | Some(0)) => Ok(Part::Request),
            (false, Some(length)) => Ok(Part::Body(length)),
        }
    }
}

const fn wrong_if(is_wrong: bool) -> Result<(), Ambiguous> {
    match is_wrong {
        true => Err(Ambiguous),
        false => Ok(()),
    }
}

/// The size of a chunk; extensions are for hyper to judge.
fn chunk_size(line: &[u8]) -> Result<u64, Ambiguous> {
    let end = line.iter().position(|byte| b"; \t".contains(byte));
    let digits = line.get(..end.unwrap_or(line.len())).unwrap_or_default();
    number(digits, 16).ok_or(Ambiguous)
}

/// A number of digits alone: no sign, no list.
fn number(text: &[u8], radix: u32) -> Option<u64> {
    let text = std::str::from_utf8(text).ok()?;
    let is_plain = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    u64::from_str_radix(text, radix).ok().filter(|_| is_plain)
}

/// Skips as many bytes as are left, or as there are. Says whether any were.
fn skip(bytes: &mut &mut [u8], left: &mut u64) -> bool {
    let count = usize::try_from(*left).map_or(bytes.len(), |left| left.min(bytes.len()));
    *left -= count as u64;
    let rest = std::mem::take(bytes);
    *bytes = rest.get_mut(count..).unwrap_or_default();
    0 < count
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where what is sent is refused, however it is cut into pieces; a head by a
    /// byte that is spoiled, a body by an error.
    #[track_caller]
    fn check(sent: &str, expected: Option<&str>) {
        for size in [1, 2, 3, 7, sent.len()] {
            let (mut heads, mut bytes) = (Heads::new(), sent.as_bytes().to_vec());
            for piece in bytes.chunks_mut(size) {
                if heads.look(piece).is_err() {
                    break;
                }
            }
            let spoiled = bytes.iter().position(|byte| *byte == SPOILED);
            let before = spoiled.map(|at| sent.get(..=at).unwrap());
            assert_eq!(before, expected, "{sent:?} in pieces of {size}");
        }
    }

    const NEXT: &str = "GET / HTTP/1.1\nHost: a\r\n\r\n";

    #[test]
    fn whatever_frames_a_body_the_next_request_is_found() {
        for before in [
            "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
            "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\ncontent-length:\t4 \r\n\r\na\nbc",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\na\nbc\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nTRANSFER-ENCODING: Chunked\r\n\r\n\
             A;x=\"y\"\r\n0123456789\r\n00\r\nX: y\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nabcd\
             POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        ] {
            check(before, None);
            let until = format!("{before}GET / HTTP/1.1\n");
            check(&format!("{before}{NEXT}"), Some(&until));
        }
    }

    #[test]
    fn what_is_ambiguous_is_spoiled_where_it_becomes_so() {
        for (head, expected) in [
            (
                "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n",
                None,
            ),
            (
                "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n",
                None,
            ),
            ("Content-Length: 4\r\nContent-Length: 4\r\n", None),
            ("Content-Length: 4\r\nContent-Length: 5\r\n", None),
            ("Content-Length: 4, 4\r\n", None),
            ("Content-Length: +4\r\n", None),
            ("Content-Length: -4\r\n", None),
            ("Content-Length: 0x4\r\n", None),
            ("Content-Length:\r\n", None),
            ("Content-Length: 99999999999999999999\r\n", None),
            ("Transfer-Encoding: identity\r\n", None),
            ("Transfer-Encoding: gzip, chunked\r\n", None),
            (
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                None,
            ),
            ("Host: b\r\n", None),
            ("X: y\n", None),
            ("X: y\r\n z\r\n", None),
            ("X: y\rZ: z\r\n", None),
            ("X\r\n", None),
            ("X: y\r\n\n", None),
            ("Transfer-Encoding: chunked\r\n\r\n4\nabcd", Some("4\n")),
            (
                "Transfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\n\n",
                Some("\n"),
            ),
            ("Transfer-Encoding: chunked\r\n\r\n-1\r\n", None),
            (
                "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
                None,
            ),
        ] {
            let sent = format!("POST / HTTP/1.1\r\nHost: a\r\n{head}");
            let until = match expected {
                Some(last) => sent.split_at(sent.rfind(last).unwrap() + last.len()).0,
                None => sent.as_str(),
            };
            check(&sent, Some(until));
        }
    }

    #[test]
    fn only_what_is_older_needs_no_host() {
        check("GET / HTTP/1.0\r\n\r\n", None);
        for head in ["\r\n", "X: y\r\n\r\n", "Content-Length: 2\r\n\r\n"] {
            let sent = format!("GET / HTTP/1.1\r\n{head}");
            check(&sent, Some(&sent));
        }
    }

    #[test]
    fn a_line_without_an_end_is_not_kept() {
        let mut heads = Heads::new();
        for _ in 0..100 {
            assert_eq!(heads.look(&mut [b'x'; 1_000]), Ok(()), "hyper refuses it");
        }
        assert!(heads.line.len() <= MAX_LINE_BYTES + 1_000);
        let mut heads = Heads::new();
        let mut head = *b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
        assert_eq!(heads.look(&mut head), Ok(()));
        assert_eq!(heads.look(&mut [b'0'; MAX_LINE_BYTES]), Ok(()));
        assert_eq!(heads.look(&mut [b'0']), Err(Ambiguous));
    }

    #[test]
    fn bodies_are_never_touched() {
        let body = "POST / HTTP/1.1\nContent-Length: 4\nTransfer-Encoding: chunked\n\n";
        let length = body.len();
        check(
            &format!("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n{body}"),
            None,
        );
        let chunk = format!("{length:x}\r\n{body}\r\n0\r\n\r\n");
        check(
            &format!("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{chunk}"),
            None,
        );
    }
}
