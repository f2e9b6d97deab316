"""Numbers that are one thing only beside a company of their own: the job of a subcontract is one of a job cost company,
not of the subcontract's. Who groups by such a number groups by that company too, and shows it; so with the group of
companies, where no company is asked for: a tax code of one tax group is not that of another."""

from __future__ import annotations

import re
from dataclasses import replace

from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents.model import Draft
from vgpt2.synthesis.query import Call, Filter, Item, Query, Ref
from vgpt2.synthesis.roles.companies import company_beside, group_beside


def with_companies(ctx: Context, draft: Draft) -> Draft | None:
    """The draft with the company of each such number that it groups by, lists once each or ranks within; None where it
    counts the different ones, of which two companies may have the same."""
    query = draft.query
    if query.union or query.ctes:
        return draft
    calls = [item.value for item in query.items if isinstance(item.value, Call)]
    different = [ref for call in calls if "DISTINCT" in call.template for ref in call.refs]
    if any(_missing(ctx, query, ref) for ref in different):
        return None
    for ref in _keys(query):
        company = _missing(ctx, query, ref)
        if company:
            query = _with(query, ref, company)
            action = re.sub(
                rf"\b(by|each|distinct|top \d+) {ref.column}\b", rf"\1 {company.column}, {ref.column}", draft.action
            )
            draft = replace(draft, query=query, action=action)
    return draft


def _keys(query: Query) -> list[Ref]:
    """What rows are grouped by, listed once each by, or ranked within."""
    keys = [ref for ref in query.group if isinstance(ref, Ref)]
    if query.distinct:
        keys += [item.value for item in query.items if isinstance(item.value, Ref)]
    calls = [item.value for item in query.items if isinstance(item.value, Call)]
    keys += [call.refs[0] for call in calls if "PARTITION BY {0} " in call.template]
    return list(dict.fromkeys(keys))


def _missing(ctx: Context, query: Query, ref: Ref) -> Ref | None:
    """The company that is missing beside a number, or the group where none is asked for; None where it is there, or is
    one by a condition."""
    table = ctx.catalog.by_qualified.get(ref.table)
    name = company_beside(ctx, table, ref.column) if table else ""
    # A company uses one group of each sort.
    if table and not name and not any(ctx.roles(ctx.table(each)).company for each in query.tables()):
        name = group_beside(ctx, table, ref.column)
    company = Ref(ref.table, name)
    one = any(isinstance(part, Filter) and part.ref == company and "= " in part.template for part in query.where)
    return company if name and not one and company not in _keys(query) else None


def _with(query: Query, ref: Ref, company: Ref) -> Query:
    """The query with a company before the number, in what it shows, groups by and ranks within."""
    items: list[Item] = []
    for item in query.items:
        if item.value == ref and all(known.value != company for known in query.items):
            items.append(Item(company))
        if (
            isinstance(item.value, Call)
            and item.value.refs[:1] == (ref,)
            and "PARTITION BY {0} " in item.value.template
        ):
            place = f"PARTITION BY {{{len(item.value.refs)}}}, {{0}} "
            call = Call(item.value.template.replace("PARTITION BY {0} ", place), (*item.value.refs, company))
            item = replace(item, value=call)
        items.append(item)
    group: list[Ref | Call] = []
    for key in query.group:
        group += [company, key] if key == ref else [key]
    return replace(query, items=tuple(items), group=tuple(group))
