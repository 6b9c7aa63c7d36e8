import RivalCommand

RivalCommand.run()
