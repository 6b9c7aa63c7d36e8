import RivalCommand
import TemplatePlugin

RivalCommand.run(plugins: TemplatePlugin.components)
