//! Who may ask: tokens and passwords from the environment or from the user's keyring file.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// A text that is never shown: its `Debug` and `Display` are `***`.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// A secret from its text. White space around it, such as the end of a line, does not belong to it.
    pub fn new(text: impl AsRef<str>) -> Self {
        Self(text.as_ref().trim().to_owned())
    }

    /// The text itself, for the one place that sends it.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// `text` with every occurrence of the secret replaced, in plain, in JSON and in the form of addresses.
    pub(crate) fn hide_in(&self, text: &str) -> String {
        if self.0.is_empty() {
            return text.to_owned();
        }
        let encoded: String = url::form_urlencoded::byte_serialize(self.0.as_bytes()).collect();
        let json = serde_json::Value::from(self.0.as_str()).to_string();
        text.replace(&self.0, "***").replace(json.trim_matches('"'), "***").replace(&encoded, "***")
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// A user's name and password.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// The name, mostly an e-mail address. It is kept as secret as the password.
    pub username: Secret,
    /// The password.
    pub password: Secret,
}

/// What the user has for each publisher.
#[derive(Debug, Clone, Default)]
pub struct Credentials {
    /// UCDP's API token, sent as `x-ucdp-access-token`.
    pub ucdp: Option<Secret>,
    /// The account at ACLED.
    pub acled: Option<Login>,
}

/// Why credentials cannot be used. No message holds a credential.
#[derive(Debug, thiserror::Error)]
pub enum CredentialsError {
    /// Others than the owner may read or write the file.
    #[error(
        "{} may be read by others than you (its rights are {mode:04o})\nhint: chmod 600 {}; if others use this machine, \
         change the passwords in it as well",
        path.display(),
        path.display()
    )]
    Rights {
        /// The file.
        path: PathBuf,
        /// Its rights.
        mode: u32,
    },
    /// The file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// The file is not what it should be. What stands there is not shown, for it may be a secret.
    #[error(
        "{}{} is not a credentials file: expected [ucdp] with token = \"…\", and [acled] with username = \"…\" and \
         password = \"…\"",
        path.display(),
        line.map(|line| format!(", line {line},")).unwrap_or_default()
    )]
    Form {
        /// The file.
        path: PathBuf,
        /// The line, 1 for the first, where it is known.
        line: Option<usize>,
    },
    /// One of a pair is there without the other.
    #[error("{given} is set, and {missing} is not")]
    Half {
        /// The variable that is set.
        given: &'static str,
        /// The one that is not.
        missing: &'static str,
    },
    /// A token that no header can carry.
    #[error("the credential for {publisher} holds characters that cannot be sent, such as a line break")]
    Characters {
        /// Whose it is.
        publisher: &'static str,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Keyring {
    ucdp: Option<Ucdp>,
    acled: Option<Login>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ucdp {
    token: Secret,
}

/// Where the keyring file lies: `$XDG_CONFIG_HOME/casefile/credentials.toml`, else below `~/.config`.
pub fn keyring_path(variable: impl Fn(&str) -> Option<String>) -> Option<PathBuf> {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    let config = set("XDG_CONFIG_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let config =
        config.or_else(|| set("HOME").or_else(|| set("USERPROFILE")).map(|home| Path::new(&home).join(".config")));
    config.map(|folder| folder.join("casefile").join("credentials.toml"))
}

impl Credentials {
    /// Reads the environment (`CASEFILE_UCDP_TOKEN`, `CASEFILE_ACLED_USERNAME`, `CASEFILE_ACLED_PASSWORD`) through
    /// `variable` and, for what is not there, the keyring file. A file that is not there gives nothing.
    ///
    /// # Errors
    /// Where the file may be read by others, is not what it should be, or one of name and password is missing.
    pub fn read(variable: impl Fn(&str) -> Option<String>, file: Option<&Path>) -> Result<Self, CredentialsError> {
        let set = |name: &str| variable(name).filter(|value| !value.trim().is_empty()).map(Secret::new);
        let (name, word) = ("CASEFILE_ACLED_USERNAME", "CASEFILE_ACLED_PASSWORD");
        let acled = match (set(name), set(word)) {
            (Some(username), Some(password)) => Some(Login { username, password }),
            (None, None) => None,
            (Some(_), None) => return Err(CredentialsError::Half { given: name, missing: word }),
            (None, Some(_)) => return Err(CredentialsError::Half { given: word, missing: name }),
        };
        let ucdp = set("CASEFILE_UCDP_TOKEN");
        if ucdp.is_some() && acled.is_some() {
            return Ok(Self { ucdp, acled });
        }
        let ring = file.map(read_keyring).transpose()?.flatten();
        let (kept_ucdp, kept_acled) = ring.map(|ring| (ring.ucdp.map(|u| u.token), ring.acled)).unwrap_or_default();
        Ok(Self { ucdp: ucdp.or(kept_ucdp), acled: acled.or(kept_acled) })
    }
}

fn read_keyring(path: &Path) -> Result<Option<Keyring>, CredentialsError> {
    let wrap = |source| CredentialsError::Read { path: path.to_owned(), source };
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(wrap(error)),
    };
    // The rights are those of the opened file, so that no other can take its place in between.
    private(&file, path)?;
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(wrap)?;
    let ring = toml::from_str(&text).map_err(|error: toml::de::Error| CredentialsError::Form {
        path: path.to_owned(),
        line: error.span().map(|span| text.get(..span.start).map_or(1, |before| before.matches('\n').count() + 1)),
    })?;
    Ok(Some(ring))
}

/// Refuses a file that anybody but its owner has any right to.
#[cfg(unix)]
fn private(file: &File, path: &Path) -> Result<(), CredentialsError> {
    use std::os::unix::fs::PermissionsExt;
    let meta = file.metadata().map_err(|source| CredentialsError::Read { path: path.to_owned(), source })?;
    let mode = meta.permissions().mode() & 0o7777;
    if mode & !0o600 != 0 {
        return Err(CredentialsError::Rights { path: path.to_owned(), mode });
    }
    Ok(())
}

/// Elsewhere a user's configuration folder is private by default, and there is no portable way to ask.
#[cfg(not(unix))]
fn private(_: &File, _: &Path) -> Result<(), CredentialsError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nothing(_: &str) -> Option<String> {
        None
    }

    #[cfg(unix)]
    fn keyring(text: &str, mode: u32) -> (tempfile::TempDir, PathBuf) {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("credentials.toml");
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        (dir, path)
    }

    #[test]
    fn a_secret_never_shows_itself() {
        let secret = Secret::new("s3cret/€ \n");
        assert_eq!(format!("{secret} {secret:?}"), "*** ***");
        let login = Login { username: Secret::new("me@example.org"), password: Secret::new("pass\"word") };
        assert_eq!(format!("{login:?}"), "Login { username: ***, password: *** }");
        assert_eq!(secret.hide_in("a s3cret/€ b s3cret%2F%E2%82%AC c"), "a *** b *** c");
        assert_eq!(login.password.hide_in(r#"{"p":"pass\"word"}"#), r#"{"p":"***"}"#);
    }

    #[test]
    #[cfg(unix)]
    fn the_environment_goes_before_the_keyring() {
        let ring = "[ucdp]\ntoken = \"from-file\"\n[acled]\nusername = \"u\"\npassword = \"p\"\n";
        let (_dir, path) = keyring(ring, 0o600);
        let read = Credentials::read(nothing, Some(&path)).unwrap();
        assert_eq!(read.ucdp.unwrap().expose(), "from-file");
        assert_eq!(read.acled.unwrap().password.expose(), "p");
        let environment = |name: &str| (name == "CASEFILE_UCDP_TOKEN").then(|| "from-env\n".to_owned());
        let read = Credentials::read(environment, Some(&path)).unwrap();
        assert_eq!(read.ucdp.unwrap().expose(), "from-env");
        assert!(read.acled.is_some());
    }

    #[test]
    #[cfg(unix)]
    fn a_keyring_that_others_may_read_is_refused() {
        for mode in [0o644, 0o640, 0o604, 0o660, 0o700] {
            let (_dir, path) = keyring("[ucdp]\ntoken = \"hush\"\n", mode);
            let error = Credentials::read(nothing, Some(&path)).unwrap_err();
            assert!(matches!(error, CredentialsError::Rights { mode: found, .. } if found == mode), "{error}");
            assert!(error.to_string().contains("chmod 600") && !error.to_string().contains("hush"), "{error}");
        }
        let (_dir, path) = keyring("", 0o400);
        assert!(Credentials::read(nothing, Some(&path)).unwrap().ucdp.is_none());
    }

    #[test]
    #[cfg(unix)]
    fn a_broken_keyring_is_told_by_line_and_never_by_content() {
        for (text, line) in [
            ("[ucdp]\ntoken = hush\n", 2),
            ("[ucdp]\ntoken = 123456\n", 2),
            ("[acled]\nusername = \"u\"\npasswrd = \"hush\"\n", 3),
            ("\n\n[ucpd]\ntoken = \"hush\"\n", 3),
        ] {
            let (_dir, path) = keyring(text, 0o600);
            let error = Credentials::read(nothing, Some(&path)).unwrap_err().to_string();
            assert!(error.contains(&format!("line {line}")), "{error}");
            assert!(!error.contains("hush") && !error.contains("123456"), "{error}");
        }
    }

    #[test]
    fn half_a_login_is_an_error_and_no_keyring_is_none() {
        let half = |name: &str| (name == "CASEFILE_ACLED_USERNAME").then(|| "me".to_owned());
        let error = Credentials::read(half, None).unwrap_err();
        assert_eq!(error.to_string(), "CASEFILE_ACLED_USERNAME is set, and CASEFILE_ACLED_PASSWORD is not");
        let read = Credentials::read(nothing, Some(Path::new("/nowhere/credentials.toml"))).unwrap();
        assert!(read.ucdp.is_none() && read.acled.is_none());
    }

    #[test]
    fn the_keyring_lies_where_configuration_lies() {
        let xdg = |name: &str| match name {
            "XDG_CONFIG_HOME" => Some("/x".to_owned()),
            _ => Some("/home/me".to_owned()),
        };
        assert_eq!(keyring_path(xdg).unwrap(), Path::new("/x/casefile/credentials.toml"));
        let home = |name: &str| (name == "HOME").then(|| "/home/me".to_owned());
        assert_eq!(keyring_path(home).unwrap(), Path::new("/home/me/.config/casefile/credentials.toml"));
        assert!(keyring_path(nothing).is_none());
    }
}
