//! The beginning of every run: which device is this, what did an earlier run leave open, and may it
//! be changed at all. Nothing with an effect is sent before all of that is settled.

use super::CliError;
use super::initial_key::follow_device;
use super::interruption::Interruption;
use super::rig::Rig;
use super::run_preview::RunPreview;
use super::target::TargetArgs;
use super::terminal;
use ikkm_harness::device::identity::{Identity, IdentityError, identify};
use ikkm_harness::device::redaction::Redactor;
use ikkm_harness::device::resume::Resumed;
use ikkm_harness::device::session::{Outgoing, SessionError};
use ikkm_harness::device::transport::Outcome;
use ikkm_harness::text::{one_line, shown};
use serde_json::Value;
use std::io::{IsTerminal, Write, stdin};

/// Finds out what device the rig talks to, settles what an earlier run left open, and asks whether
/// the device may be changed. What is worth a remark goes to the rig's notices.
///
/// # Errors
/// Exit 2: nobody can be asked and `--yes` was not given, or the person said no. Exit 3: another
/// device than expected, a key that is not taken, an operation that cannot be settled.
pub async fn begin(
    rig: &mut Rig,
    args: &TargetArgs,
    preview: &RunPreview,
    interruption: &Interruption,
) -> Result<Identity, CliError> {
    if rig.embedded {
        let identity = identify(&mut rig.session).await.map_err(not_carried_out)?;
        rig.notices.extend(identity.unread.clone());
        return Ok(identity);
    }
    somebody_can_be_asked(rig, args, preview)?;
    let known = rig.session.left_open();
    let identity = first_look(rig, known.is_some()).await?;
    check_serial(rig, args, identity.as_ref())?;
    // The device's journal may have been kept at another address.
    let open = rig.session.left_open();
    if open != known {
        somebody_can_be_asked(rig, args, preview)?;
    }
    if preview.changes || open.is_some() {
        announce(rig, args, preview, identity.as_ref(), open.as_deref()).await?;
        if !args.yes {
            ask(interruption).await?;
        }
    }
    settle(rig).await?;
    let identity = match identity {
        Some(identity) => identity,
        None => {
            let identity = identify(&mut rig.session).await.map_err(not_carried_out)?;
            check_serial(rig, args, Some(&identity))?;
            identity
        }
    };
    rig.notices.extend(identity.unread.clone());
    remember(rig, &identity)?;
    Ok(identity)
}

/// Refuses where something would be changed, and nobody can say whether it may.
fn somebody_can_be_asked(rig: &Rig, args: &TargetArgs, preview: &RunPreview) -> Result<(), CliError> {
    let why = match rig.session.left_open() {
        _ if args.yes || stdin().is_terminal() => return Ok(()),
        Some(operation) => format!("an earlier run's {operation} is to be settled on {}", rig.target),
        None if preview.changes => format!("this run would change {}", rig.target),
        None => return Ok(()),
    };
    Err(CliError::Usage(format!("{why}, and nobody can be asked here: pass --yes")))
}

/// Asks the device what it is. `None` where it refuses the key and an open operation may be why.
async fn first_look(rig: &mut Rig, open: bool) -> Result<Option<Identity>, CliError> {
    match identify(&mut rig.session).await {
        Ok(identity) => Ok(Some(identity)),
        Err(IdentityError::Key) if open => Ok(None),
        Err(IdentityError::Key) if rig.fallback.is_some() => {
            let (earlier, given) = (rig.session.known.keys.current().cloned(), rig.fallback.take());
            rig.session.known.keys.reset(given);
            match identify(&mut rig.session).await {
                Ok(identity) => {
                    rig.notices.push(
                        "the device takes the key given and not the journal's: it began a new chain"
                            .to_owned(),
                    );
                    Ok(Some(identity))
                }
                Err(error) => {
                    rig.session.known.keys.reset(earlier);
                    Err(not_carried_out(error))
                }
            }
        }
        Err(error) => Err(not_carried_out(error)),
    }
}

/// Refuses a device that is not the expected one, or not the one whose operation is open.
fn check_serial(rig: &mut Rig, args: &TargetArgs, identity: Option<&Identity>) -> Result<(), CliError> {
    let keys = &rig.session.known.keys;
    let hidden = Redactor::new(keys.current(), keys.secrets());
    let known = rig.session.journal().and_then(|journal| journal.chain().serial.clone());
    let found = match identity {
        Some(identity) => identity.serial.clone(),
        None => known.clone(),
    };
    let refuse = |expected: &str, why: &str| {
        let found = shown(&hidden.hide(found.as_deref().unwrap_or("none that can be read")));
        Err(CliError::NotCarriedOut(format!("the device's serial number is {found}, not {expected}: {why}")))
    };
    if let Some(expected) =
        args.expect_serial.as_deref().filter(|expected| found.as_deref() != Some(expected))
    {
        return refuse(expected, "--expect-serial refuses it, and nothing was changed");
    }
    match known {
        Some(known) if rig.session.left_open().is_some() && found.as_ref() != Some(&known) => {
            return refuse(
                &known,
                "an operation of that device is open in the journal; bring it back, or pass --state FILE for this one",
            );
        }
        _ => {}
    }
    // The same device may be known by another address: no other run may be at it, and it has one journal.
    let serial = identity.and_then(|identity| identity.serial.as_deref());
    if follow_device(rig.session.journal(), args, &rig.url, serial)? {
        rig.notices.push("this device was at another address before: its journal is gone on with".to_owned());
        // The key that it took is good, whatever the journal says of an operation that is open there.
        rig.fallback = rig.fallback.take().or_else(|| rig.session.known.keys.current().cloned());
    }
    Ok(())
}

/// Says what is about to happen to which device.
async fn announce(
    rig: &mut Rig,
    args: &TargetArgs,
    preview: &RunPreview,
    identity: Option<&Identity>,
    open: Option<&str>,
) -> Result<(), CliError> {
    let mut lines = vec![format!("about to change {}", rig.target)];
    match identity {
        Some(identity) => {
            let known = |value: &Option<String>| value.as_deref().map_or_else(|| "unknown".to_owned(), shown);
            let (serial, firmware) = (known(&identity.serial), known(&identity.firmware));
            lines.push(format!("  serial {serial}, firmware {firmware}"));
            lines.push(format!("  {}", totals(rig, &identity.info).await?));
        }
        None => lines
            .push("  its key is spent, so it cannot be read before the open operation is settled".to_owned()),
    }
    lines.extend(open.map(|operation| format!("  first settles what an earlier run left open: {operation}")));
    lines.extend(preview.lines.iter().map(|line| format!("  {line}")));
    let limit =
        |value: Option<String>, what: &str| value.map(|value| format!("  registers at most {value} {what}"));
    lines.extend(limit(args.max_receipts.map(|most| most.to_string()), "receipts"));
    lines.extend(limit(args.max_total.clone(), "tenge in all"));
    let keys = &rig.session.known.keys;
    let hidden = Redactor::new(keys.current(), keys.secrets());
    lines.iter().for_each(|line| terminal::tell(&hidden.hide(&one_line(line))));
    Ok(())
}

/// Asks whether to go on. Whoever interrupts the program has said no.
async fn ask(interruption: &Interruption) -> Result<(), CliError> {
    // Standard error may be closed; then nobody sees the question, and nobody says yes.
    let _ = write!(std::io::stderr(), "go on? [y/N] ").and_then(|()| std::io::stderr().flush());
    let typed = tokio::task::spawn_blocking(|| {
        let mut answer = String::new();
        stdin().read_line(&mut answer).map(|_| answer)
    });
    let answer = tokio::select! {
        typed = typed => typed.map_err(std::io::Error::other).flatten(),
        () = interruption.wait() => Ok(String::new()),
    };
    let answer = answer.map_err(|error| CliError::Usage(format!("no answer can be read: {error}")))?;
    if matches!(answer.trim(), "y" | "Y" | "yes") {
        Ok(())
    } else {
        Err(CliError::Usage("nothing was changed; answer `y`, or pass --yes, to go on".to_owned()))
    }
}

/// The fiscal totals, the drawer and the shift in one line.
async fn totals(rig: &mut Rig, info: &Value) -> Result<String, CliError> {
    let text = |value: Option<&Value>| {
        value.map_or_else(
            || "?".to_owned(),
            |value| shown(&value.as_str().map_or_else(|| value.to_string(), str::to_owned)),
        )
    };
    let shift = text(info.get("currentShiftID"));
    let key = rig.session.key().map_err(failed)?;
    let path = format!("/dump/table/shifts/{shift}/report");
    rig.report = match shift.parse::<u64>() {
        Err(_) => None,
        Ok(_) => match rig.session.send(&Outgoing::get(&path, key)).await.map_err(failed)?.delivery.outcome {
            Outcome::Answered(answer) => serde_json::from_slice::<Value>(&answer.body).ok(),
            _ => None,
        },
    };
    let fiscal = rig.report.as_ref().and_then(|report| report.get("fiscalData"));
    let total = |name: &str| text(fiscal.and_then(|totals| totals.get(name)));
    let sale = if fiscal.is_some_and(|totals| totals.get("sales").is_some()) { "sales" } else { "sale" };
    Ok(format!(
        "fiscal totals: sale {}, buy {}, saleReturn {}, buyReturn {}; drawer {}; shift {shift} {}",
        total(sale),
        total("buy"),
        total("saleReturn"),
        total("buyReturn"),
        text(info.get("cashWeHave")),
        text(info.get("currentShiftStatus")),
    ))
}

/// Settles what an earlier run left open.
async fn settle(rig: &mut Rig) -> Result<(), CliError> {
    let given = rig.fallback.clone();
    match rig.session.resume(given.as_ref()).await.map_err(failed)? {
        Resumed::Nothing => {}
        Resumed::Settled(words) => rig.notices.push(words),
        Resumed::Unresolved(words) => {
            return Err(CliError::NotCarriedOut(format!(
                "{words}; this is written down as told, so the next run goes on"
            )));
        }
    }
    Ok(())
}

/// Writes down which device it is, and a key that the journal does not have yet.
fn remember(rig: &mut Rig, identity: &Identity) -> Result<(), CliError> {
    let current = rig.session.known.keys.current().cloned();
    let target = rig.target.clone();
    let Some(journal) = rig.session.journal() else { return Ok(()) };
    let mut notice = None;
    if journal.chain().serial.is_some() && journal.chain().serial != identity.serial {
        notice = Some(format!("another device than last time answers at {target}"));
    }
    let written = journal.device(identity.serial.as_deref(), identity.firmware.as_deref());
    let written = written.and_then(|()| match &current {
        Some(key) if journal.chain().current.as_ref() != Some(key) => journal.key(key),
        _ => Ok(()),
    });
    rig.notices.extend(notice);
    written.map_err(|error| CliError::NotCarriedOut(error.to_string()))
}

fn not_carried_out(error: IdentityError) -> CliError {
    CliError::NotCarriedOut(error.to_string())
}

fn failed(error: SessionError) -> CliError {
    CliError::NotCarriedOut(error.to_string())
}
