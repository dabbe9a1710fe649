"""Code names of two random words that describe nothing: for compartments, and for people whose name is not kept."""

import re
import secrets

# Plain things, materials and colours. No animal, place, given name, weapon, garment of a faith or colour of skin:
# somebody could read a person into it.
FIRST = tuple(
    re.findall(
        r"[a-z]+",
        """
        ashen azure bamboo basalt birch blue brass brick bronze canvas carbon cedar chalk cherry chestnut
        clay cobalt copper cork cotton cream crimson crystal denim elm emerald enamel felt fern flint glass
        golden granite graphite green grey hemp indigo iron juniper khaki lacquer larch lavender leather
        lemon lilac lime linen magenta mahogany maple marble maroon mauve mint nickel nylon oak oaken ochre
        onyx orange orchid paper pewter pine pink plum poplar porcelain purple quartz rosewood round russet
        saffron sand satin scarlet sepia silken silver slate square steel stone straw teak teal tin topaz
        turquoise umber velvet walnut waxen wicker wooden woollen yellow zinc
        """,
    )
)
SECOND = tuple(
    re.findall(
        r"[a-z]+",
        """
        abacus anchor apron atlas awning axle ball barrel basin basket beacon beam bell belt bench blanket
        board bobbin bolt bottle bowl box bracket bridge broom brush bucket button cabinet candle carpet
        chair chest chisel clasp clock coin column comb compass cord crate cup curtain cushion desk dial
        dish dome drawer drum easel fan feather fiddle flask flute folder fork fountain frame funnel gate
        gauge globe glove goblet hammer handle harp hinge hook hoop jar jug kettle key kite knob ladder lamp
        lantern latch ledger lens lever lid lintel locket loom mallet mantle marker mast mat medal mirror
        mitten mortar mug nail needle net notebook oar paddle palette pan parasol pedal pencil pendulum
        pillar pillow pin pipe pitcher plate pocket pot prism pulley quill rack rail rake reel ribbon ring
        rope rudder ruler saddle sail satchel saucer scale scarf screen shelf shutter sieve sled spindle
        spool spoon stool strap string table tablet tassel thimble thread tile tongs top torch towel tray
        trellis trumpet trunk tube umbrella urn vase vessel wagon wallet wheel whistle window
        """,
    )
)


def two_words() -> str:
    """Return a random name such as Copper Lantern; the caller makes sure that it is not taken."""
    return f"{secrets.choice(FIRST).capitalize()} {secrets.choice(SECOND).capitalize()}"
