//! The places that reports are written to: tried before the run, written as a whole after it.

use super::ReportError;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The path that means standard output.
pub const STDOUT: &str = "-";

/// Whether a path means standard output.
pub fn is_stdout(path: &Path) -> bool {
    path.as_os_str() == STDOUT
}

/// Where a path leads to: links are followed, even one to a file that is not there yet, and what is not
/// there is taken beside its folder. Two paths to one place are equal afterwards.
pub fn resolved(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    // As many as Linux follows; a circle of links is told when the place is written.
    for _ in 0..40 {
        match fs::read_link(&path) {
            Ok(to) if to.is_absolute() => path = to,
            Ok(to) => path = folder_of(&path).join(to),
            Err(_) => break,
        }
    }
    if let Ok(whole) = fs::canonicalize(&path) {
        return whole;
    }
    let absolute = std::path::absolute(&path).unwrap_or(path);
    // The folder may be a link, and may not be there yet.
    let mut missing: Vec<OsString> = Vec::new();
    let mut there = absolute.as_path();
    loop {
        if let Ok(whole) = fs::canonicalize(there) {
            return missing.iter().rev().fold(whole, |path, name| path.join(name));
        }
        match (there.file_name(), there.parent()) {
            (Some(name), Some(parent)) => {
                missing.push(name.to_owned());
                there = parent;
            }
            _ => return absolute,
        }
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes sure that a file can be written at a place, as far as that can be told without writing it; the
/// folders on the way are made.
///
/// # Errors
/// [`ReportError::Write`].
pub fn try_place(path: &Path) -> Result<(), ReportError> {
    if is_stdout(path) {
        return Ok(());
    }
    tried(path).map_err(|source| ReportError::Write { path: path.to_owned(), source })
}

fn tried(path: &Path) -> io::Result<()> {
    let to = named(path)?;
    match fs::metadata(&to) {
        Ok(there) if there.is_dir() => {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder"));
        }
        // A pipe would wait for its reader, who may come later.
        Ok(there) if !there.is_file() && is_pipe(&there) => return Ok(()),
        Ok(there) if !there.is_file() => return OpenOptions::new().write(true).open(&to).map(drop),
        _ => {}
    }
    fs::create_dir_all(folder_of(&to))?;
    match part_beside(&to) {
        Ok((part, _)) => fs::remove_file(part),
        // A file may be writable in a folder that is not.
        Err(error) if to.is_file() => OpenOptions::new().write(true).open(&to).map(drop).map_err(|_| error),
        Err(error) => Err(error),
    }
}

fn is_pipe(there: &fs::Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    there.file_type().is_fifo() || there.file_type().is_socket()
}

/// Where the path leads to, if it names a file at all.
fn named(path: &Path) -> io::Result<PathBuf> {
    let to = resolved(path);
    if path.as_os_str().is_empty() || to.file_name().is_none() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "this names no file"));
    }
    if fs::symlink_metadata(&to).is_ok_and(|there| there.is_symlink()) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "its links lead in a circle"));
    }
    Ok(to)
}

/// Writes a file through a temporary one beside it, so that nobody ever reads half of it. A link stays
/// and leads to the new file. What is there and no plain file, such as `/dev/null` or a pipe, is written
/// into: a rename would put a file in its place; so is a file whose folder takes no other.
///
/// # Errors
/// [`ReportError::Write`]; nothing of the temporary file stays.
pub fn write_whole(path: &Path, text: &str) -> Result<(), ReportError> {
    let written = if is_stdout(path) { on_stdout(text) } else { written(path, text) };
    written.map_err(|source| ReportError::Write { path: path.to_owned(), source })
}

fn on_stdout(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        // Whoever closed the pipe has read what was wanted.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

fn written(path: &Path, text: &str) -> io::Result<()> {
    let to = named(path)?;
    let into = || {
        let mut file = OpenOptions::new().write(true).truncate(to.is_file()).open(&to)?;
        file.write_all(text.as_bytes())
    };
    if fs::metadata(&to).is_ok_and(|there| !there.is_file()) {
        return into();
    }
    fs::create_dir_all(folder_of(&to))?;
    let (part, mut file) = match part_beside(&to) {
        Ok(made) => made,
        Err(error) if to.is_file() => return into().map_err(|_| error),
        Err(error) => return Err(error),
    };
    let wrote = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    let placed = wrote.and_then(|()| match fs::rename(&part, &to) {
        // A single file that is mounted cannot be replaced.
        Err(error) if to.is_file() => into().map_err(|_| error).and_then(|()| fs::remove_file(&part)),
        other => other,
    });
    placed.inspect_err(|_| {
        // What failed is told; a leftover that cannot be removed either adds nothing to it.
        let _ = fs::remove_file(&part);
    })
}

/// A new file beside a place, which nobody else has put there.
fn part_beside(path: &Path) -> io::Result<(PathBuf, File)> {
    for number in 0..100 {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}-{number}.part", std::process::id()));
        let part = path.with_file_name(name);
        match OpenOptions::new().write(true).create_new(true).open(&part) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            other => return other.map(|file| (part, file)),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("ikkm-place-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn a_place_that_cannot_be_written_is_named() {
        let root = folder("taken");
        let file = root.join("file");
        fs::write(&file, "x").unwrap();
        for path in [file.join("junit.xml"), root.clone(), PathBuf::new(), "/".into()] {
            for error in [write_whole(&path, "text").unwrap_err(), try_place(&path).unwrap_err()] {
                assert!(error.to_string().contains(&path.display().to_string()), "{error}");
            }
        }
        assert_eq!(fs::read_dir(&root).unwrap().count(), 1);
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn trying_leaves_nothing_but_the_folder() {
        let root = folder("tried");
        try_place(&root.join("deep/er/junit.xml")).unwrap();
        assert_eq!(fs::read_dir(root.join("deep/er")).unwrap().count(), 0);
        try_place(Path::new("/dev/null")).unwrap();
        try_place(Path::new(STDOUT)).unwrap();
        fs::write(root.join("old"), "old").unwrap();
        try_place(&root.join("old")).unwrap();
        assert_eq!(fs::read_to_string(root.join("old")).unwrap(), "old");
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn a_full_device_is_told_when_it_is_written() {
        let full = Path::new("/dev/full");
        if full.exists() {
            try_place(full).unwrap();
            assert!(write_whole(full, "text").unwrap_err().to_string().contains("/dev/full"));
            assert!(!fs::metadata(full).unwrap().is_file());
        }
    }

    #[test]
    fn a_link_stays_and_its_file_is_written() {
        let root = folder("link");
        fs::create_dir(root.join("real")).unwrap();
        std::os::unix::fs::symlink("real/file", root.join("to-nothing")).unwrap();
        std::os::unix::fs::symlink("to-nothing", root.join("twice")).unwrap();
        for text in ["one", "two"] {
            write_whole(&root.join("twice"), text).unwrap();
            assert_eq!(fs::read_to_string(root.join("real/file")).unwrap(), text);
        }
        assert!(fs::symlink_metadata(root.join("twice")).unwrap().is_symlink());
        assert!(fs::symlink_metadata(root.join("to-nothing")).unwrap().is_symlink());
        std::os::unix::fs::symlink("circle", root.join("circle")).unwrap();
        assert!(try_place(&root.join("circle")).is_err());
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn two_ways_to_one_place_are_one() {
        let root = folder("same");
        std::os::unix::fs::symlink("a.xml", root.join("link")).unwrap();
        let a = resolved(&root.join("a.xml"));
        for other in ["./a.xml", "link", "x/../a.xml"] {
            fs::create_dir_all(root.join("x")).unwrap();
            assert_eq!(resolved(&root.join(other)), a, "{other}");
        }
        assert_ne!(resolved(&root.join("b.xml")), a);
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn what_is_no_file_is_written_into_and_stays() {
        let root = folder("pipe");
        let pipe = root.join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        try_place(&pipe).unwrap();
        let reads = pipe.clone();
        let reader = std::thread::spawn(move || fs::read_to_string(reads).unwrap());
        write_whole(&pipe, "text").unwrap();
        assert_eq!(reader.join().unwrap(), "text");
        assert!(!fs::metadata(&pipe).unwrap().is_file());
        fs::remove_dir_all(root).unwrap();
    }
}
