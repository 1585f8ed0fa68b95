//! Files that arrive in chunks: into a file of their own, which takes the place of the old
//! one when all is there. Whoever reads the path meets the old file or the new one, never
//! half of one.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::{Duration, Instant};

use protocol::{Error, base64};
use tokio::sync::OwnedSemaphorePermit;

use super::{Files, unknown};
use crate::errno;

/// Files that may be on their way at the same time.
const UPLOADS: usize = 16;
/// One that nobody has added to for so long goes when its place is needed.
const ABANDONED: Duration = Duration::from_secs(60);
/// Bytes that are decoded at a time.
const CHUNK: usize = 192 << 10;
/// Permission bits of a file that was not there.
const MODE: u32 = 0o644;

/// Files on their way.
#[derive(Debug, Default)]
pub(crate) struct Uploads(Mutex<HashMap<i64, Arc<Mutex<Upload>>>>);

/// A file on its way. Dropped before its end, it leaves nothing behind.
#[derive(Debug)]
struct Upload {
    file: File,
    /// Where its bytes are until the end.
    temporary: PathBuf,
    target: PathBuf,
    /// Owner of the file before.
    owner: Option<(u32, u32)>,
    mode: u32,
    size: u64,
    used: Instant,
    finished: bool,
    /// Its place among the open files.
    _slot: OwnedSemaphorePermit,
}

/// What a call adds.
#[derive(Debug, Default)]
pub(crate) struct Chunk<'a> {
    pub(crate) offset: Option<u64>,
    pub(crate) data: Option<base64::Decoder<'a>>,
    pub(crate) mode: Option<u32>,
    pub(crate) finish: bool,
    /// Bytes that all of it has to have.
    pub(crate) size: Option<u64>,
}

/// How far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Progress {
    pub(crate) handle: i64,
    pub(crate) size: u64,
    pub(crate) finished: bool,
}

impl Uploads {
    /// Begins a file and says its handle.
    ///
    /// # Errors
    /// It cannot be made there, or too many are on their way.
    pub(crate) fn begin(&self, files: &Files, path: &str) -> Result<i64, Error> {
        self.make_room()?;
        let slot = files.slot()?;
        let handle = files.number()?;
        let upload = Upload::begin(Path::new(path), handle, slot).map_err(|error| {
            Error::generic(format!("failed to put file '{path}': {}", errno::text(&error)))
        })?;
        self.table().insert(handle, Arc::new(Mutex::new(upload)));
        Ok(handle)
    }

    /// Adds to a file, and may finish it.
    ///
    /// # Errors
    /// There is no such file, the chunk does not belong where it says, or the kernel
    /// refuses. What was there before is kept, so that it can be tried again.
    pub(crate) fn add(&self, handle: i64, chunk: Chunk<'_>) -> Result<Progress, Error> {
        let upload = self.table().get(&handle).map(Arc::clone).ok_or_else(|| unknown(handle))?;
        let mut upload = match upload.try_lock() {
            Ok(upload) => upload,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => {
                return Err(Error::generic(format!("handle '{handle}' is in use by another call")));
            }
        };
        let finish = chunk.finish;
        upload.add(chunk)?;
        if finish {
            upload.finish().map_err(|error| {
                let (path, error) = (upload.target.display(), errno::text(&error));
                Error::generic(format!("failed to finish file '{path}': {error}"))
            })?;
            self.table().remove(&handle);
        }
        Ok(Progress { handle, size: upload.size, finished: upload.finished })
    }

    /// Throws away what has arrived.
    ///
    /// # Errors
    /// There is no such file.
    pub(crate) fn abort(&self, handle: i64) -> Result<(), Error> {
        self.table().remove(&handle).map(drop).ok_or_else(|| unknown(handle))
    }

    /// Makes room for one more.
    fn make_room(&self) -> Result<(), Error> {
        let mut table = self.table();
        if table.len() < UPLOADS {
            return Ok(());
        }
        let used = |upload: &Arc<Mutex<Upload>>| upload.try_lock().ok().map(|upload| upload.used);
        let oldest = table
            .iter()
            .filter_map(|(&handle, upload)| Some((used(upload)?, handle)))
            .min()
            .filter(|(used, _)| used.elapsed() >= ABANDONED);
        let Some((_, handle)) = oldest else {
            return Err(Error::generic(format!(
                "{UPLOADS} files are being put, which is the limit; finish or abort one first"
            )));
        };
        table.remove(&handle);
        Ok(())
    }

    fn table(&self) -> MutexGuard<'_, HashMap<i64, Arc<Mutex<Upload>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Upload {
    fn begin(path: &Path, handle: i64, slot: OwnedSemaphorePermit) -> io::Result<Self> {
        if !path.is_absolute() {
            return Err(io::Error::new(ErrorKind::InvalidInput, "the path is not absolute"));
        }
        // Through symbolic links, as any other way to write to the path would go.
        let (target, there) = match fs::canonicalize(path) {
            Ok(target) => {
                let there = fs::metadata(&target)?;
                (target, Some(there))
            }
            Err(error) if error.kind() == ErrorKind::NotFound && !path.is_symlink() => {
                (path.to_owned(), None)
            }
            Err(error) => return Err(error),
        };
        if there.as_ref().is_some_and(|there| !there.is_file()) {
            return Err(io::Error::new(ErrorKind::InvalidInput, "it is no regular file"));
        }
        let temporary = target
            .file_name()
            .map(|_| target.with_file_name(format!(".guestd-put-{handle}")))
            .ok_or(ErrorKind::InvalidInput)?;
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&temporary)?;
        Ok(Self {
            file,
            temporary,
            target,
            owner: there.as_ref().map(|there| (there.uid(), there.gid())),
            mode: there.map_or(MODE, |there| there.mode() & 0o7777),
            size: 0,
            used: Instant::now(),
            finished: false,
            _slot: slot,
        })
    }

    fn add(&mut self, chunk: Chunk<'_>) -> Result<(), Error> {
        self.used = Instant::now();
        let size = self.size;
        let mut at = chunk.offset.unwrap_or(size);
        if at > size {
            return Err(Error::generic(format!(
                "offset {at} leaves a gap: {size} bytes are there"
            )));
        }
        if let Some(mut data) = chunk.data {
            let mut buffer = vec![0; data.len().min(CHUNK) + 2];
            while !data.is_empty() {
                let count = data.decode(&mut buffer);
                self.file.write_all_at(&buffer[..count], at).map_err(|error| {
                    Error::generic(format!("failed to write to file: {}", errno::text(&error)))
                })?;
                at += u64::try_from(count).unwrap_or_default();
                self.size = self.size.max(at);
            }
        }
        self.mode = chunk.mode.unwrap_or(self.mode);
        match chunk.size {
            Some(told) if chunk.finish && told != self.size => {
                let size = self.size;
                Err(Error::generic(format!("{size} bytes have arrived, not {told}")))
            }
            _ => Ok(()),
        }
    }

    fn finish(&mut self) -> io::Result<()> {
        if let Some((user, group)) = self.owner {
            fchown(&self.file, Some(user), Some(group))?;
        }
        // After the owner, because a change of that takes bits away.
        self.file.set_permissions(Permissions::from_mode(self.mode))?;
        // Else a crash could leave an empty file in the place of a good one.
        self.file.sync_all()?;
        fs::rename(&self.temporary, &self.target)?;
        self.finished = true;
        let directory = self.target.parent().unwrap_or(Path::new("/"));
        File::open(directory)?.sync_all()
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if !self.finished {
            let _ = fs::remove_file(&self.temporary);
        }
    }
}
