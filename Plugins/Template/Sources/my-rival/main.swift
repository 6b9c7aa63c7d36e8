import RivalCommand
import TemplatePlugin

RivalCommand.run(plugins: TemplatePlugin.components, problems: Problem.builtIn + [.pentagon])
