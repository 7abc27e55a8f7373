//! What people do, and what must then be true. A file per thing that the site promises.

mod command_line;
mod download;
mod far_streams;
pub(crate) mod faults;
pub(crate) mod kills;
mod library;
mod manifests;
mod offline;
mod offline_streams;
mod patience;
mod presses;
mod queue;
mod quick;
mod removal;
pub(crate) mod rounds;
mod settings;
mod stream_transfer;
mod streams;
mod trouble;
mod upgrade;
mod visit;
mod worker;

use anyhow::{Context, Result};

use crate::harness::browser::Browser;
use crate::harness::drivers::Setup;
use crate::harness::roles::{Name, Role};

/// One scenario in one browser.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scenario {
    pub(crate) setup: Setup,
    pub(crate) name: &'static str,
    pub(crate) act: Act,
}

/// What a scenario does.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Act {
    /// With the binary alone.
    Alone(fn() -> Result<()>),
    /// With a browser that shows an empty page.
    WithBrowser(fn(&Browser) -> Result<()>),
    /// With a browser that it starts itself, because it ends it.
    WithOwnBrowser(fn(Setup) -> Result<()>),
}

/// The main path runs in all engines.
const ALL: &[Setup] = &[Setup::Chromium, Setup::Firefox, Setup::WebKit];
/// What depends on no engine's own features runs in the two whose storage lasts.
const BOTH: &[Setup] = &[Setup::Chromium, Setup::Firefox];
/// What needs Background Fetch or the DevTools protocol.
const CHROMIUM: &[Setup] = &[Setup::Chromium];

/// Names each act after its path below this module.
macro_rules! scenarios {
    ($($setups:expr, $kind:ident: $($act:path),+;)+) => {
        [$($(Group { setups: $setups, name: stringify!($act), act: Act::$kind($act) }),+),+]
    };
}

/// A scenario and the browsers it runs in.
struct Group {
    setups: &'static [Setup],
    name: &'static str,
    act: Act,
}

/// Every scenario of the suite.
pub(crate) fn all() -> Vec<Scenario> {
    let groups = scenarios! {
        &[Setup::None], Alone:
            command_line::the_address_is_the_first_line,
            command_line::check_reports_every_problem_with_file_and_line,
            command_line::a_broken_folder_does_not_start,
            command_line::a_taken_port_is_named,
            command_line::an_edit_appears_within_a_second,
            command_line::a_broken_edit_keeps_the_last_good_site,
            command_line::content_in_the_form_of_kino_is_served;
        ALL, WithBrowser:
            visit::a_first_visit_finds_every_video,
            visit::a_video_plays_and_seeks_online,
            offline::a_downloaded_video_plays_with_the_server_gone;
        BOTH, WithBrowser:
            download::progress_is_told_and_the_bytes_are_those_on_disk,
            download::a_paused_download_resumes_where_it_was,
            download::a_reload_does_not_disturb_a_download,
            download::a_cancelled_download_leaves_nothing,
            download::a_card_downloads_too,
            download::the_first_playable_source_is_the_one_that_plays_offline,
            download::a_file_that_changed_while_paused_starts_over,
            offline::a_video_that_plays_goes_on_from_storage,
            offline::the_shell_works_after_one_visit,
            offline::an_unknown_page_shows_the_offline_page,
            offline::offline_playback_sends_nothing_to_the_network,
            far_streams::a_stream_of_another_origin_is_stored,
            far_streams::what_a_manifest_names_elsewhere_is_stored,
            far_streams::a_stream_of_another_origin_without_cors_is_explained,
            far_streams::a_missing_segment_elsewhere_is_explained,
            far_streams::a_live_stream_is_refused_in_words,
            far_streams::a_manifest_written_for_offline_is_the_one_that_is_stored,
            offline_streams::a_stored_dash_stream_plays_with_the_server_gone,
            offline_streams::a_stored_hls_stream_plays_with_the_server_gone,
            offline_streams::another_quality_is_one_press_away,
            offline_streams::the_download_quality_is_a_setting,
            offline_streams::a_stream_of_one_file_per_rendition_is_stored,
            offline_streams::encrypted_media_are_stored_and_play,
            removal::a_removed_video_comes_back_with_undo,
            removal::removal_frees_every_byte_and_touches_no_other_video,
            removal::a_removal_survives_leaving_the_page,
            removal::several_are_removed_at_once_with_undo,
            removal::delete_all_asks_first,
            settings::offline_content_only_applies_to_all_tabs,
            settings::the_theme_applies_to_all_tabs_and_lasts,
            stream_transfer::a_paused_stream_resumes_where_it_was,
            stream_transfer::a_reload_does_not_disturb_a_stream,
            stream_transfer::a_stream_that_changed_while_paused_starts_over,
            stream_transfer::cancelling_and_removing_a_stream_leave_nothing,
            streams::a_stream_plays_and_switches_quality_online,
            streams::a_stream_has_its_languages_captions_and_speeds,
            streams::the_keyboard_controls_the_player,
            streams::a_page_without_a_stream_loads_no_player,
            streams::a_stream_loads_nothing_before_it_is_played,
            streams::encrypted_media_play_with_their_key,
            streams::a_segment_that_fails_twice_is_asked_for_again,
            streams::a_missing_segment_is_explained_and_playback_resumes,
            streams::a_missing_manifest_is_explained_and_play_tries_again,
            upgrade::a_new_version_of_the_app_keeps_what_is_stored,
            upgrade::a_new_version_of_the_app_keeps_a_stored_stream,
            upgrade::a_download_goes_on_through_a_new_version,
            faults::downloads_get_over_everything,
            faults::what_stays_wrong_is_explained,
            library::a_newer_version_is_offered_and_fetched,
            library::a_watched_video_is_removed_with_undo,
            library::a_copy_is_saved_without_a_network,
            library::a_thousand_downloads_are_listed_and_one_row_follows_one_download,
            presses::two_tabs_that_press_everything_end_alike,
            presses::a_press_is_not_lost_with_its_page,
            presses::a_download_moves_no_other_button,
            queue::a_stopped_server_is_waited_for,
            queue::two_videos_come_at_a_time_in_the_order_of_the_presses,
            queue::all_pause_and_go_on_from_the_downloads_page,
            queue::a_category_is_made_available_at_once,
            quick::a_large_file_comes_in_large_parts,
            quick::what_breaks_a_large_part_is_got_over,
            trouble::another_origin_without_cors_is_explained,
            trouble::a_file_that_vanishes_in_the_middle_is_explained,
            trouble::a_dead_network_is_explained_and_what_arrived_is_kept;
        BOTH, WithOwnBrowser:
            kills::a_browser_may_die_at_any_moment,
            library::what_the_browser_gave_up_is_repaired,
            quick::a_browser_may_die_while_large_parts_come;
        CHROMIUM, WithOwnBrowser:
            kills::a_worker_may_die_at_any_moment,
            kills::a_browser_may_die_in_a_background_fetch;
        CHROMIUM, WithBrowser:
            visit::a_hard_reloaded_page_works,
            download::background_fetch_goes_on_after_the_tab_is_closed,
            download::background_fetch_shows_again_after_a_reload,
            download::background_fetch_stores_the_bytes_on_disk,
            download::background_fetch_hands_over_to_download_now,
            faults::background_fetches_get_over_everything,
            far_streams::background_fetch_stores_a_stream_of_another_origin,
            far_streams::a_missing_segment_in_a_background_fetch_is_explained,
            manifests::what_is_stored_is_what_shaka_player_asks_for,
            offline_streams::background_fetch_stores_a_dash_stream,
            offline_streams::background_fetch_stores_an_hls_stream,
            presses::two_tabs_press_everything_in_the_background,
            presses::what_is_cancelled_before_it_begins_is_not_fetched,
            queue::a_paused_background_fetch_keeps_what_is_finished,
            queue::what_has_no_room_waits_for_a_removal,
            queue::a_metered_connection_is_asked_about,
            settings::the_transport_is_chosen_in_all_tabs,
            trouble::a_full_disk_is_explained,
            trouble::a_missing_file_in_a_background_fetch_is_explained,
            worker::a_killed_worker_serves_the_next_page,
            worker::a_killed_worker_goes_on_downloading,
            stream_transfer::a_killed_worker_goes_on_with_a_stream,
            worker::a_trapped_worker_serves_the_next_page,
            worker::a_worker_without_its_wasm_lets_pages_through;
        &[Setup::PatientChromium], WithBrowser: patience::a_background_fetch_that_waits_says_why;
        &[Setup::ScriptlessChromium], WithBrowser: visit::a_page_plays_without_javascript;
    };
    let each = |group: Group| {
        group.setups.iter().map(move |setup| Scenario {
            setup: *setup,
            name: group.name,
            act: group.act,
        })
    };
    groups.into_iter().flat_map(each).collect()
}

/// Has videos downloaded by the worker itself, whatever the browser could do.
pub(crate) fn use_own_transport(browser: &Browser, origin: &str) -> Result<()> {
    if browser.setup().has_background_fetch() {
        set_switch(browser, origin, "Download videos in the background", false)?;
    }
    Ok(())
}

/// Opens the settings and turns a switch on or off.
pub(crate) fn set_switch(browser: &Browser, origin: &str, name: &str, on: bool) -> Result<()> {
    browser.open(&format!("{origin}/settings/"))?;
    let found = browser.by_role("", Role::Switch, Name::Is(name))?;
    let wanted = format!("document.querySelector('[role=switch][data-e2e]').checked === {on}");
    // Marked, so that a script finds what the role and the name found.
    browser.execute(
        "arguments[0].dataset.e2e = '';",
        vec![serde_json::to_value(&found)?],
    )?;
    browser.wait_for(
        &format!("{name} to be usable"),
        "!document.querySelector('[data-e2e]').disabled",
    )?;
    if browser.execute(&format!("return {wanted};"), Vec::new())? != serde_json::json!(true) {
        browser
            .click(&found)
            .with_context(|| format!("cannot switch {name}"))?;
    }
    browser.wait_for(&format!("{name} to be {on}"), &wanted)
}
