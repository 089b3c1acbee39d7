"""What is said in the made-up interviews, second half, and what nobody codes. Nobody said any of it.

Written as in ``talk.py``.
"""

from __future__ import annotations

from made_up.talk import Sayings

SECOND: Sayings = {
    "Giving support::limits": (
        ("r", "She told me at the start what she could not do, and I found that a relief."),
        ("s", "I do not give out my own number any more; I learnt that the hard way."),
        ("s", "When I put my coat on, the visit is over, and I say so."),
        ("s", "I am not a therapist, and now and then I have to say it aloud."),
        ("s", "My Sundays belong to the garden, and people respect that."),
        ("s", "It is hard to go home when you know what she goes back to."),
        ("l", "We speak of limits in every meeting, because the good ones never have any."),
        ("l", "Those who burn out are the ones who say yes with their whole face."),
        ("l", "I tell them that a closed door is also a kindness."),
    ),
    "Giving support::carrying stories": (
        ("s", "Some of it follows me home and sits on the edge of the bed."),
        ("s", "His story was so close to mine that I had to stop the car."),
        ("s", "I sleep badly after the first meetings, not after the later ones."),
        ("s", "I wash up, I walk the dog, and then I am myself again."),
        ("l", "We lost a supporter last year because it all came back to her."),
        ("l", "I ask each of them once a month what they are still carrying."),
    ),
    "Giving support::helping helps": (
        ("r", "I am thinking of becoming one myself, when I am steadier."),
        ("s", "On the days when I help somebody, I count my own steps less."),
        ("s", "It gave the worst year of my life some use."),
        ("s", "I said that I came for others, but I think I came for me."),
        ("s", "I had been a patient for so long that I had forgotten I was good at anything."),
        ("s", "Nothing keeps me so well as knowing that someone waits for me at ten."),
        ("l", "I see it in nearly all of them: they straighten up when they are asked to help."),
        ("l", "Some of our best supporters came in on the other side of the table."),
    ),
    "Giving support::training": (
        ("s", "The course was two weekends, and what stayed with me were the silences that we practised."),
        ("s", "Once a month we sit together, and someone asks how we are, not how they are."),
        ("s", "I would have liked more on what to do when someone speaks of dying."),
        ("s", "Nobody told me what to do with the anger."),
        ("l", "Supervision is the first thing to be cut and the last that we can do without."),
        ("l", "We train them for a weekend and trust them for a year."),
    ),
    "The programme::matching": (
        ("r", "They asked what I like to do, not only what I have."),
        ("r", "We were of an age, and we both keep bees, so there was always something to say."),
        ("r", "My first one was too much like my mother; they changed it without any fuss."),
        ("r", "On paper we had {it} in common, and in the end it was the football."),
        ("s", "We did not fit, and it was right to say so after two visits."),
        ("s", "The same illness, and quite different lives; we had to look for the bridge."),
        ("l", "I match on temper more than on diagnosis."),
        ("l", "A wrong match does more harm than a long wait."),
        ("l", "I put the two files beside each other, and then I ring both."),
    ),
    "The programme::money and time": (
        ("r", "When they cut the evenings, I lost my group."),
        ("s", "I pay for the bus myself, and it adds up."),
        ("s", "They thank us with a dinner, and I would rather have the parking."),
        ("l", "Every winter I do not know whether we exist in spring."),
        ("l", "We have a few paid hours a week, and everybody relies on them."),
        ("l", "Half of my week goes to applications, and none of it to people."),
        ("l", "Money comes for whatever is new, and what works is never new."),
    ),
    "The programme::professionals": (
        ("r", "It was my nurse who wrote the number on my hand."),
        ("r", "Nobody at the hospital said a word about it; I found it on a notice board."),
        ("s", "Some of the nurses send people to us, and some keep our card in a drawer."),
        ("s", "At first they thought that I would get in the way."),
        ("s", "We speak two languages about the same person."),
        ("l", "It took us three years to get a key to the ward."),
        ("l", "Doctors trust us once they have seen one of their own patients come back smiling."),
        ("l", "We are thanked in speeches and left out of the letters."),
    ),
    "The programme::being known": (
        ("r", "I wish that I had known two years earlier."),
        ("r", "It was a neighbour who told me, over the hedge."),
        ("s", "I stand at the market with leaflets, and people cross the street."),
        ("s", "They find us when everything else has been tried."),
        ("l", "It is the best support for miles, and nobody has heard of it."),
        ("l", "We are found by chance, by the poster next to the lift."),
    ),
    "Change::hope": (
        ("r", "I started to plan again, first a weekend, and then a summer."),
        ("r", "I did not believe her, but I wanted to, and that was new."),
        ("r", "Somewhere in the second month I noticed that I was humming."),
        ("r", "He said that it would not always be like this, and he was allowed to say so."),
        ("r", "I bought a calendar for next year, which I had not done for a while."),
        ("s", "I am the proof that walks in through the door, I suppose."),
        ("s", "You see it in the eyes before they can say it."),
        ("l", "You cannot hand out hope, but it is catching."),
        ("l", "They stop asking whether, and begin to ask when."),
    ),
    "Change::daily rhythm": (
        ("r", "I get up at eight now, because someone writes good morning at half past."),
        ("r", "I take my tablets with the news, that was his idea."),
        ("r", "We made a list with three things for each day, and one of them is nice."),
        ("r", "I sleep, not every night, but I have stopped being afraid of the bed."),
        ("s", "We start with breakfast; without breakfast there is no point in the rest."),
        ("s", "We agree on one fixed hour, and the day hangs itself on that."),
        ("l", "The first thing that comes back is the clock."),
    ),
    "Change::talking at home": (
        ("r", "I practised it on her first, and then I told my husband."),
        ("r", "My son reads the leaflet now, and he asks me things."),
        ("r", "I could be quiet at home, because I had emptied myself there."),
        ("r", "At home they got the tired one, and now they get some of the rest as well."),
        ("r", "We still do not speak of {it} much, but we do not shout any longer."),
        ("s", "Her sister rang to thank me, and I had never met her."),
        ("s", "He tried out on me what he wanted to say to his daughter."),
        ("l", "We see whole families change, and we only ever meet one of them."),
    ),
    "Change::setbacks": (
        ("r", "Then I was back at the start, or it felt like it."),
        ("r", "I stayed away for a month because I was ashamed of being worse."),
        ("r", "It is not a straight road; it goes up, and then it goes into the ditch."),
        ("s", "When one of them goes back, I go back a little too."),
        ("s", "He stopped answering, and I never learnt why."),
        ("l", "We do not put the setbacks into the yearly report, and they are half of the year."),
    ),
    "Trust::confidentiality": (
        ("r", "It is a small place; I had to be sure that it would stay in the room."),
        ("r", "I asked him twice whether he knew my cousin."),
        ("r", "I gave her something small first, to see where it would turn up."),
        ("s", "I meet them in the shop, and I wait until they greet me first."),
        ("s", "What is said in the car stays in the car."),
        ("l", "One slip, and the whole valley knows, and then we can close."),
    ),
    "Trust::time it takes": (
        ("r", "It was the fifth meeting before I took my coat off."),
        ("r", "For weeks we only spoke about the weather and her dog."),
        ("r", "I tested him, I think; I cancelled three times to see whether he would ring."),
        ("s", "You cannot hurry it; it comes when it comes, usually on the stairs."),
        ("s", "It was a year, I would say, before she used my name."),
        ("l", "Those who fund us ask for results by summer, and trust does not know about summer."),
    ),
    "Trust::endings": (
        ("r", "They told me that there were three meetings left, and I counted them."),
        ("r", "I would have liked to say goodbye properly."),
        ("s", "I am bad at endings; I make them short, and then I cry in the car."),
        ("l", "We ought to plan the last meeting at the first one."),
    ),
}

UNCODED = (
    "Yes, well, let me think.", "It was raining, I remember that.", "I have lived here for most of my life.",
    "That is a big question.", "My coffee is getting cold, sorry.", "Could you say that again?",
    "I used to work with my hands.", "The hall is cold in winter, as you have seen.", "I had written something down.",
    "I am not good at dates.", "We have had a long week.", "I had better sit down for this.",
    "You will have heard that from the others.",
    "It is a nice room, this.", "I brought my glasses for nothing.", "There was a dog, too, at some point.",
    "I had to look that up.", "Nobody has asked me that before.", "I would have to think about it.",
    "The bus was late, as always.", "I might say it badly.", "We can come back to it.", "I don't mind talking.",
    "I will try to keep it short.", "My memory is not what it was.", "There were five of us, or six.",
)

BEFORE = (
    "You know, ", "To be honest, ", "Looking back, ", "I mean, ", "As I said, ", "In the end, ", "Yes, ",
    "What I remember is this: ",
)
AFTER = (
    "That stayed with me.", "I still think about it.", "It may sound small.", "I do not know how else to say it.",
    "That was the moment, for me.", "I had not expected that.", "It took me a while to see it.",
    "Others will tell you the same.", "That is what I would want you to write down.", "It is as simple as that.",
)

TRACES = {
    3: "Runhild at the desk in Øvre Tåkedal had my papers, and she rang them for me.",
    8: "That was on 14 March 2019, I know it because my mother turned 93 that day.",
    13: "She has Huntington's disease, and there are only two families with it round here.",
    17: "I wrote to post@taakedal.invalid and rang 00 00 00 00 until somebody answered.",
    26: "I drove a bus for Tåkedal Rutelag, so everyone here knows my face.",
}
"""Interview (in order of collection): a sentence by which a person could be found, in the middle of a coded passage."""

OPENING = (
    "Thank you for coming. How did you come to the programme?", "Shall we begin with how you first heard of it?",
    "Can you tell me a little about yourself and the programme?",
    "We can stop whenever you like. Where shall we start?",
)
QUESTIONS = {
    "Being met": ("What was it like to sit opposite each other?", "What happened at your meetings?",
                  "What makes a peer different from others who help?"),
    "Belonging": ("How were things before that, with other people?", "Has anything changed in who is around you?",
                  "What does an ordinary week look like?"),
    "Finding the way": ("Was there anything practical that helped?", "How does one find one's way to what is there?",
                        "What did you need to know at that time?"),
    "Giving support": ("What is it like to be the one who helps?", "What is difficult in that role?",
                       "How is a supporter looked after?"),
    "The programme": ("How is the programme run, as you see it?", "What would you change, if you could?",
                      "How do people come together there?"),
    "Change": ("What is different now?", "When did you notice that something had changed?",
               "And how are things today?"),
    "Trust": ("How did you come to trust each other?", "Was there anything that you could not say?",
              "What holds it together, over time?"),
}
ABOUT = {
    "A": "the drinking", "B": "the illness", "C": "my breathing", "D": "my son's disability", "E": "the transplant",
    "F": "the cancer", "G": "my weight",
}
OF_OTHERS = {**ABOUT, "C": "breathlessness", "D": "a child's disability", "G": "overweight"}
"""The same in the mouth of those who lead."""
