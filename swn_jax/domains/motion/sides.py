"""Which side of the body a joint is on, by the naming schemes of common programs."""

import re
from typing import Literal

Side = Literal["left", "right", ""]

BODY = (  # what l and r stand before without a mark: lfemur, rforearm
    "up|fore|arm|leg|thigh|shin|calf|knee|ankle|foot|toe|hip|buttock|shoulder|shldr|clavicle|collar|elbow|wrist|hand"
    "|finger|thumb|index|mid|pinky|palm|heel|ball|eye|femur|tibia|humerus|radius"
)
MARKS: dict[Side, tuple[str, str]] = {"left": ("l", "左"), "right": ("r", "右")}
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")  # left, Arm, L of left_LArm


def side(name: str) -> Side:
    """The side of a joint: LeftArm, mixamorig:LeftArm, Arm_Right, thigh.L, Bip01 L Thigh, lHand, LKnee, lforearm, 左腕.

    >>> [side(name) for name in ("mixamorig:LeftArm", "hand_r", "rhumerus", "Root", "L5")]
    ['left', 'right', 'right', '', '']
    """
    name = re.split("[:|]", name)[-1]
    if re.match(r"[LR]\d", name):
        return ""  # vertebrae: L5 and L3 of Xsens
    name = re.sub(r"^([LR])(?=[A-Z]+[a-z])", r"\1_", name)  # LUArm, but not ROOT
    words = [word.lower() for part in re.split(r"[^A-Za-z]", name) for word in WORD.findall(part)]
    for found, (letter, sign) in MARKS.items():
        glued = re.compile(f"{found}|.*(?<!up){found}$|{letter}(?:{BODY})")
        if letter in words or any(map(glued.match, words)) or sign in name:
            return found
    return ""
