use super::*;
use ikkm_protocol::Method;

fn get(target: &str) -> Effect {
    effect_of(&WireRequest::bare(Method::Get, target))
}

#[test]
fn every_request_of_the_document_has_its_effect() {
    let rows = [
        (Effect::Read, "/apicheck"),
        (Effect::Read, "/apicheck/?key=1"),
        (Effect::Read, "/apicheck/getInfo/?show=minimum&key=1"),
        (Effect::Read, "/apicheck/?getPrintMode=true"),
        (Effect::Read, "/dump/table/taxes?key=1"),
        (Effect::Read, "/dump/table/shifts/12/salescheques/"),
        (Effect::Read, "/dump/transaction/11112222?key=33334444"),
        (Effect::Read, "/dump/bank/345/trackdocument"),
        (Effect::Print, "/apicheck/?beep=true"),
        (Effect::Print, "/apicheck/printLastDocument"),
        (Effect::Print, "/apiprint"),
        (Effect::Print, "/apixreport/?key=1"),
        (Effect::Fiscal, "/api/?sale=1&cash=1"),
        (Effect::Fiscal, "/api"),
        (Effect::Fiscal, "/apiwithdraw/?cash=1"),
        (Effect::Fiscal, "/apideposit/?cash=1"),
        (Effect::Shift, "/apizreport/?key=1"),
        (Effect::Bank, "/apibank/?message=purchase&amount=1"),
        (Effect::Manage, "/apicheck/?timersFast=true"),
        (Effect::Manage, "/apicheck/?setPrintMode=lan-printer"),
        (Effect::Manage, "/apicheck/?Lockhost=true"),
        (Effect::Manage, "/apicheck/?disableWebMgmt=true"),
        (Effect::Manage, "/apimanage/?doReboot=true"),
        (Effect::Update, "/apimanage/?doUpdate=true"),
    ];
    for (effect, target) in rows {
        assert_eq!(get(target), effect, "{target}");
    }
}

#[test]
fn whatever_is_not_known_counts_as_dangerous() {
    let rows = [
        (Effect::Fiscal, "/"),
        (Effect::Fiscal, ""),
        (Effect::Fiscal, "/apichek"),
        (Effect::Fiscal, "/APICHECK"),
        (Effect::Fiscal, "//apicheck"),
        (Effect::Fiscal, "/apicheck//"),
        (Effect::Fiscal, "/apicheck/nonsense"),
        (Effect::Fiscal, "/apichec%6b"),
        (Effect::Fiscal, "/dump"),
        (Effect::Fiscal, "/dump/../api/"),
        (Effect::Fiscal, "/dump/%2e%2e/api"),
        (Effect::Fiscal, "/dump//table"),
        (Effect::Manage, "/apicheck?nonsense=1"),
        (Effect::Manage, "/apicheck?TIMERSFAST=true"),
        (Effect::Fiscal, "/apicheck?Sale=1"),
        (Effect::Fiscal, "/dump/table/taxes?s%61le=1"),
        (Effect::Update, "/apicheck?beep=true&DOUPDATE=true"),
        (Effect::Update, "/api/?sale=1&doUpdate=true"),
    ];
    for (effect, target) in rows {
        assert_eq!(get(target), effect, "{target}");
    }
}

#[test]
fn a_form_counts_like_a_query_and_any_other_body_as_manage() {
    let form = Params(vec![("printHeader".into(), "x".into())]);
    assert_eq!(effect_of(&WireRequest::new(Method::Post, "/apicheck", &form)), Effect::Manage);
    let opaque = |path: &str| WireRequest {
        content_type: Some("multipart/form-data; boundary=x".into()),
        body: b"--x".to_vec(),
        ..WireRequest::bare(Method::Post, path)
    };
    assert_eq!(effect_of(&opaque("/apicheck")), Effect::Manage);
    assert_eq!(effect_of(&opaque("/apimanage")), Effect::Update);
    let both = BTreeSet::from([Effect::Manage, Effect::Fiscal]);
    assert_eq!(effects_of(&opaque("/api/")), both);
}

#[test]
fn each_effect_of_a_request_must_be_granted() {
    let request = WireRequest::bare(Method::Get, "/api/?sale=1&beep=true&Lockhost=true");
    let missing = |grants: &str| grants.parse::<Grants>().unwrap().missing(&request);
    assert_eq!(missing("fiscal"), Some(Effect::Manage));
    assert_eq!(missing("manage,print"), Some(Effect::Fiscal));
    assert_eq!(missing("fiscal, manage, print"), None);
    assert_eq!(missing("all"), None);
}

#[test]
fn all_leaves_out_what_must_be_named() {
    let all: Grants = "all".parse().unwrap();
    let named = [Effect::Update, Effect::Wipe, Effect::Concurrency];
    for effect in Effect::ALL {
        assert_eq!(all.admits(effect), !named.contains(&effect), "{effect}");
        assert_eq!(Grants::reading().admits(effect), effect == Effect::Read);
        assert!(Grants::everything().admits(effect));
        let alone: Grants = effect.as_str().parse().unwrap();
        assert!(alone.admits(effect) && alone.admits(Effect::Read));
        assert_eq!(serde_json::to_string(&effect).unwrap(), format!("\"{effect}\""));
    }
    assert!("all,wipe".parse::<Grants>().unwrap().admits(Effect::Wipe));
}

#[test]
fn a_wrong_name_says_what_was_perhaps_meant() {
    let error = "print,fiscl".parse::<Grants>().unwrap_err();
    assert!(
        error.to_string().starts_with("there is no effect \"fiscl\", perhaps \"fiscal\" was meant"),
        "{error}"
    );
    assert!("nonsense".parse::<Grants>().unwrap_err().meant.is_none());
    assert!("".parse::<Grants>().is_err());
}
