"""Word lists for synthetic rows: neutral names of a building trade."""

from __future__ import annotations

COMPANIES = """Alder Concrete|Bluestone Supply|Cedar Electric|Delta Rentals|Eastgate Steel|Foxhill Paving|Granite Works|
Harbor Plumbing|Ironwood Framing|Juniper Roofing|Keystone Glass|Lakeside Crane|Mesa Drywall|Northfield Lumber|
Oakridge Masonry|Pinecrest HVAC|Quarry Aggregates|Ridgeline Survey|Summit Fuel|Tamarack Tools""".replace(
    "\n", ""
).split("|")
FIRST_NAMES = "Alex Blake Casey Dana Elliot Frankie Gray Harper Indigo Jordan Kai Logan Morgan Noel Quinn Reese".split()
LAST_NAMES = "Abbott Barlow Cole Draper Ellis Fowler Grant Hayes Irwin Keller Lowell Mercer Nolan Porter Reed".split()
CITIES = "Ashland Brookfield Clayton Dover Easton Fairview Georgetown Hudson Kingston Lexington Milton Newport".split()
STATES = "CA CO ID MT NM NV OR TX UT WA".split()
COUNTRIES = "US CA MX GB DE".split()
STREETS = "Main St|Oak Ave|River Rd|Mill Ln|Park Dr|Hill St|Station Rd|Lake Ave".split("|")
THINGS = """Concrete pour|Site grading|Crane rental|Steel beams|Electrical rough-in|Plumbing fixtures|Roof membrane|
Drywall finish|Paint and seal|Safety gear|Fuel delivery|Office supplies|Survey work|Traffic control|Pipe fittings|
Excavation|Demolition|Insulation|Landscape|Inspection""".replace("\n", "").split("|")
