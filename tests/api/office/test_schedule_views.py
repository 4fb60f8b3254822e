"""What the pages of a schedule show, from a timetable made by hand."""

from dataclasses import replace
from datetime import date

from api.office.answers import Translate
from api.office.schedules_board import Board
from api.office.schedules_gantt import HEAD, NAMES, ROW, by_day, by_hour
from api.office.schedules_lanes import Lane, lanes, paged
from api.office.schedules_moving import choices, cost_words, verdict
from api.office.schedules_told import VIOLATIONS, finding, fix_link, reason, told
from api.office.schedules_views import (
    Chosen,
    car_rows,
    chosen_trips,
    figures,
    file_rows,
    map_data,
    monday_of,
    open_days_text,
    paper_weeks,
    proven_words,
    week_columns,
)
from api.office.schedules_words import clock, long_span, span
from solver.schedule.judging import judge_move
from solver.schedule.problem import Team
from tests.api.office.schedule_board import HOUR, board, problem, timetable

CHINESE, ENGLISH = Translate("zh-CN"), Translate("en")
HERE = "/office/schedules/S"


def moved(at: Board, visit: str, day: int):  # type: ignore[no-untyped-def]
    return judge_move(at.problem, at.timetable, visit, day)


def test_noon_ends_what_comes_before_it_and_begins_what_comes_after() -> None:
    at = problem()
    assert clock(at, 3 * HOUR, ending=True) == "12:00"
    assert clock(at, 3 * HOUR) == "13:30"
    assert clock(at, 0) == "09:00"
    assert clock(at, 7 * HOUR, ending=True) == "17:30"
    assert clock(at, 90 * 60 + 59) == "10:30"


def test_without_a_clock_times_count_from_nine() -> None:
    at = problem(clock=(), lunch=None)
    assert clock(at, 4 * HOUR) == "13:00"


def test_spans_are_told_in_hours_and_minutes() -> None:
    assert [span(CHINESE, n) for n in (2700, 7200, 12_000)] == ["45 分钟", "2 小时", "3 小时 20 分"]
    assert long_span(CHINESE, 80_000) == "22 小时"
    assert long_span(CHINESE, 12_000) == "3 小时 20 分"


def test_a_week_marks_the_make_up_sunday_and_leaves_out_the_free_saturday() -> None:
    at = board()
    columns = week_columns(CHINESE, at, date(2026, 9, 14), at.trips)
    assert [column.title for column in columns][-2:] == ["周五 09-18", "周日 09-20"]
    assert columns[-1].day.kind == "makeup"
    assert [trip.team_name for trip in columns[-1].trips] == ["张伟、刘静"]
    assert [column.day.kind for column in columns[:4]] == ["outside"] * 4


def test_a_holiday_within_the_period_is_a_column_without_work() -> None:
    friday = week_columns(CHINESE, board(), date(2026, 9, 21), [])[4]
    assert (friday.title, friday.day.kind, friday.day.index) == ("周五 09-25", "holiday", None)


def test_a_day_of_a_year_not_announced_is_provisional() -> None:
    assert next(iter(board().week(date(2026, 9, 28)))).provisional


def test_stops_stand_in_the_order_of_the_route_with_times_of_day() -> None:
    stops = board().trips[0].stops
    assert [(stop.number, stop.about.name, stop.begin, stop.end) for stop in stops] == [
        (1, "城东餐馆", "09:10", "10:10"),
        (2, "城西超市", "10:21", "11:21"),
    ]


def test_what_is_past_today_or_pinned_is_fixed() -> None:
    at = board(today=date(2026, 9, 21))
    assert {name: stop.fixed for name, stop in at.stops.items()} == {
        "D-V0001": True, "D-V0002": True, "D-V0003": False, "D-V0004": True,
    }  # fmt: skip


def test_a_card_carries_the_days_that_suit_the_visit_and_its_team() -> None:
    at = board()
    days = open_days_text(at, list(at.stops.values()))
    assert days["D-V0003"] == "2026-09-21"
    assert "D-V0004" not in days, "pinned"


def test_an_inspector_is_shown_all_teams_he_belongs_to() -> None:
    at = board()
    assert {trip.team for trip in chosen_trips(at, Chosen(inspector="J03"))} == {"J03+J04"}
    assert chosen_trips(at, Chosen(day="2026-09-22"))[0].stops[0].about.name == "城南药房"


def test_a_week_that_is_not_asked_for_is_the_first_with_work() -> None:
    at = board()
    assert monday_of(at, "", date(2026, 11, 22)) == date(2026, 9, 14)
    assert monday_of(at, "", date(2026, 9, 24)) == date(2026, 9, 21)
    assert monday_of(at, "2026-09-30", date(2026, 9, 24)) == date(2026, 9, 28)
    assert monday_of(at, "gibberish", date(2026, 9, 24)) == date(2026, 9, 21)


def test_figures_count_what_is_placed_and_what_is_not() -> None:
    found = figures(CHINESE, board())
    assert (found.visits, found.unscheduled, found.team_days, found.peak) == (4, 1, 3, 1)
    assert found.travel == "1 小时 19 分"
    assert proven_words(CHINESE, board()).startswith("2 个组全部证明最优")


def test_a_plan_that_is_not_proven_says_how_far_it_may_be() -> None:
    at = board()
    object.__setattr__(at.timetable, "proven", ("J01+J02",))
    object.__setattr__(at.timetable, "bound", at.timetable.objective - 312)
    assert (
        proven_words(CHINESE, at)
        == "2 个组中 1 个证明最优，其余的没有算到底。全部合起来，离理论下限最多 1.0%。"
    )


def test_every_working_day_has_its_cars() -> None:
    rows = car_rows(CHINESE, board())
    assert [(row["short"], row["cars"], row["visits"]) for row in rows[:4]] == [
        ("09-18", 0, 0), ("09-20", 1, 1), ("09-21", 1, 2), ("09-22", 1, 1),
    ]  # fmt: skip


def test_a_day_by_hour_has_a_row_for_each_team_that_is_out() -> None:
    chart = by_hour(CHINESE, board(), lanes(board(), "teams", Chosen(), 2), HERE)
    (row,) = chart.rows
    assert [bar.kind for bar in row.bars] == ["way", "visit", "way", "visit", "way"]
    assert row.bars[1].title == "1 09:10–10:10 城东餐馆（王建国、李敏）"
    assert row.bars[1].href == f"{HERE}/visits/D-V0001"
    assert chart.height == HEAD + ROW + 1
    assert [line.text for line in chart.lines] == [
        "09:00", "10:00", "11:00", "13:30", "14:30", "15:30", "16:30", "17:30",
    ]  # fmt: skip


def test_all_days_have_a_cell_for_each_day_a_team_is_out() -> None:
    chart = by_day(
        CHINESE,
        board(),
        lanes(board(), "teams", Chosen()),
        list("1234567"),
        lambda day: f"{HERE}/gantt?day={day}",
    )
    assert [[bar.text for bar in row.bars] for row in chart.rows] == [["2", "1"], ["1"]]
    assert chart.bands[0].x > NAMES, "the provisional day"
    assert chart.rows[0].bars[0].href == f"{HERE}/gantt?day=2026-09-21"


def test_a_person_has_one_row_however_many_teams_he_goes_with_and_one_bar_a_day() -> None:
    second = Team("J01+J03", 0, 0, ("J01", "J03"), tuple(range(7)))
    at = problem(teams=(*problem().teams, second))
    extra = replace(timetable(problem()).routes[2], team="J01+J03", day=2)
    told = timetable(problem())
    many = replace(board(), problem=at, timetable=replace(told, routes=(*told.routes, extra)))
    found = {lane.key: lane for lane in lanes(many, "people", Chosen())}
    assert list(found) == ["J01", "J02", "J03", "J04"]
    assert len(found["J01"].trips) == 3
    chart = by_day(CHINESE, many, [found["J01"]], list("1234567"), lambda day: f"{day}")
    assert [bar.text for bar in chart.rows[0].bars] == ["3", "1"], "21 September, with two teams, is one bar"
    assert [lane.key for lane in lanes(many, "people", Chosen(inspector="J02"))] == ["J02"]


def test_rows_of_a_large_office_come_in_pages_of_twenty_five() -> None:
    many = [Lane(f"{n}", f"{n}", ()) for n in range(210)]
    assert len(paged(many, 0).lanes) == 25
    last = paged(many, 99)
    assert (last.first, last.last, last.total, last.more) == (201, 210, 210, False)
    assert paged([], 3).first == 0


def test_routes_of_the_map_begin_and_end_at_the_office() -> None:
    found = map_data(CHINESE, board(), board().trips[:1])
    (route,) = found["routes"]
    assert route["line"][0] == route["line"][-1] == found["offices"][0]["at"]
    assert [stop["number"] for stop in route["stops"]] == [1, 2]


def test_a_file_has_a_line_for_each_stop_by_day() -> None:
    rows = list(file_rows(CHINESE, board()))
    assert [(str(row[0]), row[2], row[3], row[7]) for row in rows] == [
        ("2026-09-20", "张伟、刘静", 1, "城北茶庄"),
        ("2026-09-21", "王建国、李敏", 1, "城东餐馆"),
        ("2026-09-21", "王建国、李敏", 2, "城西超市"),
        ("2026-09-22", "王建国、李敏", 1, "城南药房"),
    ]


def test_a_paper_of_a_week_has_teams_down_and_days_across() -> None:
    first, second = paper_weeks(CHINESE, board(), board().trips)
    assert first.titles == ["09-18 周五", "09-20 周日"]
    assert [(name, [len(cell) for cell in cells]) for name, cells in second.rows] == [
        ("王建国、李敏", [1, 1, 0, 0])
    ]


def test_moving_a_visit_is_judged_in_words_with_what_it_costs() -> None:
    at = board()
    found = verdict(CHINESE, at, at.visits["D-V0003"], 2, moved(at, "D-V0003", 2))
    assert found.allowed
    assert "少出动 1 天" in found.sentence
    assert found.title == "09-21 周一"
    assert found.more[0].startswith("改后 ")


def test_a_move_that_breaks_a_rule_is_refused_by_name() -> None:
    at = board()
    found = verdict(CHINESE, at, at.visits["D-V0003"], 4, moved(at, "D-V0003", 4))
    assert not found.allowed
    assert any("城南药房" in line for line in found.more), found.more
    assert not any("D-V0003" in line for line in found.more)


def test_the_next_best_days_are_lawful_and_the_cheapest_comes_first() -> None:
    at = board()
    found = choices(CHINESE, at, at.visits["D-V0001"], 2)
    assert found[0].day == "2026-09-22", "where the team is out already"
    assert len(found) == 5
    assert choices(CHINESE, at, at.visits["D-V0003"], 3)[0].day == "2026-09-21"


def test_a_move_that_changes_nothing_on_the_way_says_so() -> None:
    at = board()
    assert cost_words(CHINESE, at, moved(at, "D-V0001", 2)).startswith("路上")


def test_sentences_of_the_solver_name_people_and_enterprises() -> None:
    sentence = "检查对象 D-V0003 单就第 J01+J02 组排得下，但 0 号办公地点 9月21日的 1 辆车已全部派出。"
    assert (
        told(board(), sentence)
        == "检查对象“城南药房”单就王建国、李敏组排得下，但局机关 9月21日的 1 辆车已全部派出。"
    )


def test_a_name_stands_before_a_date_and_a_count_is_no_staff_number() -> None:
    at = board()
    object.__setattr__(at, "people", {**at.people, "12": "赵强"})
    assert told(at, "第 J01+J02 组9月14日增加一天外出，可多排 12 户。") == (
        "王建国、李敏组9月14日增加一天外出，可多排 12 户。"
    )


def test_an_english_page_has_the_words_of_the_code() -> None:
    assert (
        finding(ENGLISH, board(), "CAR_CAP", "车") == ENGLISH(VIOLATIONS["CAR_CAP"]) != VIOLATIONS["CAR_CAP"]
    )
    assert reason(ENGLISH, board(), "NO_COORDINATES", "没有") == "No coordinates"


def test_a_fix_leads_to_where_it_is_made() -> None:
    assert fix_link(HERE, "give_coordinates", "D-V0005", {})[1] == "/office/schedules/bases#places"
    assert fix_link(HERE, "open_longer", "D-V0005", {})[1] == f"{HERE}/visits/D-V0005#terms"
    assert fix_link(HERE, "extend_deadline", "", {"day": 3}) == ("", "")
